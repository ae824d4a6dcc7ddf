//! Whose work retention is: with a hazard of leaving, every base purchase that is in one world and not in the other
//! belongs to exactly the effects that made the difference, to the minor unit.

use crate::lived::{Lived, random, seeds};
use fidelio::engine::flow::{Effect, EffectFlow, Flow};
use fidelio::engine::tally::World;
use fidelio::scenario::model::Lifetime;

#[test]
fn what_the_effects_kept_is_what_the_worlds_differ_by() {
    let (mut kept_at_all, mut lost_at_all) = (0, 0);
    for seed in seeds(20) {
        let lived = Lived::new(random(seed));
        let layout = &lived.tally.layout;
        for world in lived.worlds(|w| w != World::None) {
            for (s, stratum) in layout.strata.iter().enumerate() {
                let wears = matches!(
                    lived.scenario.segments[stratum.segment].lifetime,
                    Lifetime::Bg { .. }
                );
                if wears {
                    // Extra purchases wear these out: that part is nobody's.
                    continue;
                }
                for b in 0..layout.batches {
                    let sales = |flow| -> i64 {
                        let rows = 0..layout.months;
                        rows.map(|row| lived.tally.flow(world, s, b, row, flow))
                            .sum()
                    };
                    let (kept, lost) = (sales(Flow::SalesRetained), sales(Flow::SalesLost));
                    let counted: i64 = Effect::ALL
                        .iter()
                        .map(|e| {
                            let cell = [world, s, b, *e as usize, EffectFlow::KeptSales as usize];
                            lived.tally.effects.get(&cell)
                        })
                        .sum();
                    assert_eq!(
                        counted,
                        kept - lost,
                        "{}: world {world}, stratum {s}, batch {b}",
                        lived.scenario.name
                    );
                    kept_at_all += kept;
                    lost_at_all += lost;
                }
            }
        }
    }
    assert!(kept_at_all > 0 && lost_at_all > 0, "nothing was tested");
}
