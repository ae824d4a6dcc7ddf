//! Addresses of draws. The counter of the generator is (subject: 64 bits, ordinal: 32 bits, tag: 32 bits) and its key is
//! a hash of (seed, replication); the tag holds purpose, layer and spell. Two different draws never share an address: the
//! purposes below are distinct, and within a stratum subjects are distinct by construction (a bijection of the ordinal).

use super::philox::philox;

/// What a draw is for. The discriminant is part of the address: never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Purpose {
    /// Base purchases: ordinals 0, 1, … forward from the anchor and −1, −2, … backward.
    BasePurchase = 1,
    /// Candidates for extra purchases; the layer is part of the tag.
    Candidate = 2,
    /// Traits of the person; the ordinal numbers the pair of traits.
    Trait = 3,
    /// Taste for a reward; the ordinal is a hash of program and reward name.
    Taste = 4,
    /// The purchase at arrival.
    ArrivalPurchase = 5,
    /// Rounding of dealt opening lots; the ordinal is the vintage.
    OpeningLot = 6,
    /// Purchases of the pilot from which the shares of tiers are measured; the subject is the number in the pilot.
    StatusShare = 7,
    /// A slot for a friend; the ordinal is the slot, the layer the pair of its uniforms.
    FriendSlot = 16,
    /// Whether a customer accepts to be an ambassador.
    Ambassador = 17,
    /// The mark of an arrival that only a program brings about.
    Attraction = 18,
    /// Which residual a cell of a resampled triangle gets; the subject is the draw, the ordinal the cell.
    TriangleResidual = 96,
    /// Luck of a future cell of a resampled triangle; the layer is the attempt of a rejection.
    TriangleProcess = 97,
}

/// Key of the generator: a function of seed and replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub [u32; 2]);

impl Key {
    /// The key of one replication.
    pub fn new(seed: u64, replication: u32) -> Key {
        let mixed = mix(mix(seed) ^ u64::from(replication));
        Key([mixed as u32, (mixed >> 32) as u32])
    }
}

/// The person (or other subject) a draw belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject(pub u64);

impl Subject {
    /// Root number `ordinal` of the stratum with this hash. Distinct ordinals give distinct subjects.
    #[inline]
    pub fn root(stratum_hash: u64, ordinal: u64) -> Subject {
        Subject(mix(stratum_hash.wrapping_add(ordinal)))
    }

    /// The friend of one slot: the same person in every world, whoever of the family came how and when.
    #[inline]
    pub fn friend(self, slot: u32) -> Subject {
        Subject(mix(mix(self.0 ^ FRIENDS).wrapping_add(u64::from(slot))))
    }

    /// Low counter words.
    #[inline]
    pub fn words(self) -> [u32; 2] {
        [self.0 as u32, (self.0 >> 32) as u32]
    }

    /// Four words of one draw.
    #[inline]
    pub fn draw(self, key: Key, purpose: Purpose, layer: u8, spell: u16, ordinal: u32) -> [u32; 4] {
        let [low, high] = self.words();
        philox([low, high, ordinal, tag(purpose, layer, spell)], key.0)
    }
}

/// Keeps friends apart from the roots of their stratum, whose subjects are made by the same bijection.
const FRIENDS: u64 = 0x6A09_E667_F3BC_C908;

/// The fourth counter word.
#[inline]
pub fn tag(purpose: Purpose, layer: u8, spell: u16) -> u32 {
    (purpose as u32) << 24 | u32::from(layer) << 16 | u32::from(spell)
}

/// Finalizer of SplitMix64 (Steele, Lea & Flood 2014): a bijection of 64 bits.
#[inline]
pub fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A 64-bit hash of names (FNV-1a with a finalizer; parts are separated, so ("ab", "c") and ("a", "bc") differ).
pub fn hash_names(parts: &[&str]) -> u64 {
    let mut state = 0xCBF2_9CE4_8422_2325u64;
    for part in parts {
        for byte in part.bytes().chain([0xFF]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }
    mix(state)
}

/// Uniform in (0, 1) from 32 bits: (word + ½)·2⁻³², never 0 or 1.
#[inline(always)]
pub fn uniform32(word: u32) -> f64 {
    (f64::from(word) + 0.5) * (1.0 / 4_294_967_296.0)
}

/// [`uniform32`] of a word in a 64-bit lane, in a form that vectorizes everywhere.
#[inline(always)]
pub fn uniform_lane(word: u64) -> f64 {
    let exact = f64::from_bits(word | 0x4330_0000_0000_0000) - 4_503_599_627_370_496.0;
    (exact + 0.5) * (1.0 / 4_294_967_296.0)
}

/// Uniform in (0, 1) from two words: 52 bits and a half.
#[inline]
pub fn uniform64(low: u32, high: u32) -> f64 {
    let bits = (u64::from(high) << 32 | u64::from(low)) >> 12;
    (bits as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniforms_stay_inside_the_open_interval() {
        for word in [0, 1, u32::MAX / 2, u32::MAX] {
            assert!(uniform32(word) > 0.0 && uniform32(word) < 1.0);
            assert_eq!(uniform32(word), uniform_lane(u64::from(word)));
            assert!(uniform64(word, word) > 0.0 && uniform64(word, word) < 1.0);
        }
    }

    #[test]
    fn tags_of_all_purposes_differ() {
        let purposes = [
            Purpose::BasePurchase,
            Purpose::Candidate,
            Purpose::Trait,
            Purpose::Taste,
            Purpose::ArrivalPurchase,
            Purpose::OpeningLot,
            Purpose::StatusShare,
            Purpose::FriendSlot,
            Purpose::Ambassador,
            Purpose::TriangleResidual,
            Purpose::TriangleProcess,
        ];
        let mut tags: Vec<u32> = purposes
            .iter()
            .flat_map(|p| (0..4).map(|layer| tag(*p, layer, 0)))
            .collect();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), purposes.len() * 4);
    }

    #[test]
    fn friends_differ_from_roots_and_from_each_other() {
        let mut subjects: Vec<u64> = (0..200).map(|i| Subject::root(7, i).0).collect();
        for root in 0..200 {
            let root = Subject::root(7, root);
            for slot in 0..20 {
                let friend = root.friend(slot);
                subjects.push(friend.0);
                subjects.extend((0..3).map(|slot| friend.friend(slot).0));
            }
        }
        let all = subjects.len();
        subjects.sort_unstable();
        subjects.dedup();
        assert_eq!(subjects.len(), all);
    }

    #[test]
    fn hashes_separate_their_parts() {
        assert_ne!(hash_names(&["ab", "c"]), hash_names(&["a", "bc"]));
        assert_ne!(hash_names(&["a"]), hash_names(&["a", ""]));
    }
}
