//! Which effect a purchase belongs to: bands of the dials, and the split of retention over stacks of effects.

use super::*;
use proptest::prelude::*;

/// In stacking order.
const THREE: [Effect; 3] = [
    Effect::StatedLift,
    Effect::Membership,
    Effect::ExpiryPressure,
];

fn dial(parts: [f64; 3], low: f64, high: f64) -> Dial {
    let mut all = [0.0; Effect::COUNT];
    for (effect, part) in THREE.into_iter().zip(parts) {
        all[effect as usize] = part;
    }
    Dial::new(all, low, high)
}

/// Of the parts that act in the dial's direction, this effect's.
fn share(dial: &Dial, effect: Effect) -> f64 {
    let sign = if dial.total < 0.0 { -1.0 } else { 1.0 };
    let acting = |part: f64| (part * sign).max(0.0);
    let all: f64 = dial.parts().iter().map(|p| acting(*p)).sum();
    acting(dial.parts()[effect as usize]) / all
}

fn part(kept: &Kept, effect: Effect) -> i64 {
    kept.effects[effect as usize]
}

/// Membership halves leaving, expiry doubles it: together nothing, apart a purchase each.
#[test]
fn effects_that_cancel_each_have_their_purchase() {
    let half = libm::log(0.5);
    let both = dial([0.0, half, -half], -1.0, 1.0);
    let mut path = StackedExposure::default();
    path.live(3.0, &both);
    // Leaves at 2: in neither world; with membership alone still there.
    let kept = path.split(2.0, false, false);
    assert_eq!(part(&kept, Effect::Membership), 1);
    assert_eq!(part(&kept, Effect::ExpiryPressure), -1);
    assert_eq!(kept.unattributed, 0);
    // Too late or too early for any of them.
    for (threshold, alive) in [(1.0, false), (4.0, true)] {
        let kept = path.split(threshold, alive, alive);
        assert_eq!(kept.effects, [0; Effect::COUNT]);
    }
}

/// One after the other on a path, which no instant shows: first spared, then driven.
#[test]
fn what_one_effect_saved_another_may_spend_later() {
    let half = libm::log(0.5);
    let mut path = StackedExposure::default();
    path.live(2.0, &dial([0.0, half, 0.0], -1.0, 1.0));
    path.live(1.0, &dial([0.0, 0.0, -0.5 * half], -1.0, 1.0));
    // World 0: 3. Spared 1, spent 0.41: kept all the same, and nothing was lost to the second.
    let kept = path.split(2.7, true, false);
    assert_eq!(part(&kept, Effect::Membership), 1);
    assert_eq!(part(&kept, Effect::ExpiryPressure), 0);
    // Had it not been spent, this one would have been kept too.
    let kept = path.split(2.2, false, false);
    assert_eq!(part(&kept, Effect::Membership), 1);
    assert_eq!(part(&kept, Effect::ExpiryPressure), -1);
}

#[test]
fn wear_by_extra_purchases_is_nobodys() {
    let mut path = StackedExposure::default();
    path.live(3.0, &dial([0.0; 3], -1.0, 1.0));
    // World 0 has lived two purchases, this one three.
    let kept = path.split(2.5, false, true);
    assert_eq!((kept.effects, kept.unattributed), ([0; Effect::COUNT], -1));
}

proptest! {
    #[test]
    fn kept_purchases_add_up_to_the_difference_of_the_worlds(
        path in prop::collection::vec((0.0..2.0f64, prop::array::uniform3(-1.0..1.0f64)), 1..6),
        cap in 0.0..1.0f64, threshold in 0.0..8.0f64, in_world_zero: bool,
    ) {
        let mut exposure = StackedExposure::default();
        let mut whole = 0.0;
        for (months, parts) in path {
            let dial = dial(parts, -cap, cap);
            exposure.live(months, &dial);
            whole += months * libm::exp(dial.total);
        }
        prop_assert!((exposure.heights[Effect::COUNT] - whole).abs() < 1e-9 * (1.0 + whole));
        let here = whole < threshold;
        let kept = exposure.split(threshold, here, in_world_zero);
        let sum = kept.effects.iter().sum::<i64>() + kept.unattributed;
        prop_assert_eq!(sum, i64::from(here) - i64::from(in_world_zero));
        prop_assert!(kept.effects.iter().all(|e| e.abs() <= 1));
    }

    /// The width of an effect's band, in η, is its share of what acts in the dial's direction.
    #[test]
    fn bands_are_as_wide_as_shares(parts in prop::array::uniform3(-0.5..0.5f64), place in 0.0..1.0f64) {
        let dial = dial(parts, -2.0, 2.0);
        prop_assume!(dial.total.abs() > 1e-6);
        let level = (libm::exp(place * dial.total) - 1.0).abs();
        let below: f64 = Effect::ALL
            .iter()
            .take_while(|e| **e != dial.band(level))
            .map(|e| share(&dial, *e))
            .sum();
        let share = share(&dial, dial.band(level));
        prop_assert!(below - 1e-6 <= place && place <= below + share + 1e-6);
    }
}
