//! Philox4x32-7 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", which finds seven rounds
//! enough to pass every test of BigCrush).
//!
//! A counter-based generator: 128 bits of counter and 64 bits of key give 128 random bits. The block form computes several
//! counters at once in 64-bit lanes, which the compiler turns into vector code without shuffles; both forms
//! give the same bits, checked against the published known-answer vectors.

const M0: u64 = 0xD251_1F53;
const M1: u64 = 0xCD9E_8D57;
const W0: u32 = 0x9E37_79B9;
const W1: u32 = 0xBB67_AE85;
/// Rounds of every draw: part of the meaning of a seed.
const ROUNDS: u32 = 7;
const LOW: u64 = 0xFFFF_FFFF;

/// Lanes at which the block form is widest: one 512-bit vector or two of 256 bits, few enough that all rounds stay in
/// registers.
pub const LANES: usize = 8;

/// One block: four words from one counter.
#[inline]
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    rounds::<ROUNDS>(counter, key)
}

fn rounds<const N: u32>(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..N {
        let p0 = M0 * u64::from(c0);
        let p1 = M1 * u64::from(c2);
        c0 = (p1 >> 32) as u32 ^ c1 ^ k0;
        c2 = (p0 >> 32) as u32 ^ c3 ^ k1;
        c1 = p1 as u32;
        c3 = p0 as u32;
        k0 = k0.wrapping_add(W0);
        k1 = k1.wrapping_add(W1);
    }
    [c0, c1, c2, c3]
}

/// `N` blocks whose third counter word runs through `ordinals`: `out[word][lane]`, each word in a 64-bit lane.
#[inline(always)]
pub fn philox_block<const N: usize>(
    low: [u32; 2],
    ordinals: [u32; N],
    tag: u32,
    key: [u32; 2],
) -> [[u64; N]; 4] {
    let mut c2 = [0; N];
    for lane in 0..N {
        c2[lane] = u64::from(ordinals[lane]);
    }
    let start = [
        [u64::from(low[0]); N],
        [u64::from(low[1]); N],
        c2,
        [u64::from(tag); N],
    ];
    // Written out: only then does the compiler see that every word stays below 2³² and that one 32-bit multiplication is
    // enough.
    let state = round(start, key, 0);
    let state = round(state, key, 1);
    let state = round(state, key, 2);
    let state = round(state, key, 3);
    let state = round(state, key, 4);
    let state = round(state, key, 5);
    round(state, key, 6)
}

/// Round number `number` of the block form.
#[inline(always)]
fn round<const N: usize>(state: [[u64; N]; 4], key: [u32; 2], number: u32) -> [[u64; N]; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = state;
    let a = u64::from(key[0].wrapping_add(W0.wrapping_mul(number)));
    let b = u64::from(key[1].wrapping_add(W1.wrapping_mul(number)));
    for lane in 0..N {
        let p0 = (c0[lane] & LOW).wrapping_mul(M0);
        let p1 = (c2[lane] & LOW).wrapping_mul(M1);
        c0[lane] = (p1 >> 32) ^ c1[lane] ^ a;
        c2[lane] = (p0 >> 32) ^ c3[lane] ^ b;
        c1[lane] = p1 & LOW;
        c3[lane] = p0 & LOW;
    }
    [c0, c1, c2, c3]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PI: ([u32; 4], [u32; 2]) = (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
        [0xa409_3822, 0x299f_31d0],
    );

    /// Known-answer vectors of the Random123 distribution (kat_vectors: philox4x32, 7 and 10 rounds).
    #[test]
    fn published_known_answers() {
        assert_eq!(
            philox([0; 4], [0; 2]),
            [0x5f6f_b709, 0x0d89_3f64, 0x4f12_1f81, 0x4f73_0a48]
        );
        assert_eq!(
            philox([u32::MAX; 4], [u32::MAX; 2]),
            [0x5207_ddc2, 0x4516_5e59, 0x4d8e_e751, 0x8c52_f662]
        );
        assert_eq!(
            philox(PI.0, PI.1),
            [0x4dfc_caba, 0x190a_87f0, 0xc473_62ba, 0xb6b5_242a]
        );
        assert_eq!(
            rounds::<10>([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            rounds::<10>([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            rounds::<10>(PI.0, PI.1),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn the_block_form_gives_the_same_bits() {
        let ordinals: [u32; LANES] =
            std::array::from_fn(|i| (i as u32).wrapping_sub(3).wrapping_mul(77));
        let out = philox_block([12, 0xdead_beef], ordinals, 0x0102_0304, [5, 6]);
        for lane in 0..LANES {
            let one = philox([12, 0xdead_beef, ordinals[lane], 0x0102_0304], [5, 6]);
            let block = out.map(|word| word[lane] as u32);
            assert_eq!(one, block);
        }
    }
}
