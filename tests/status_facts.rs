//! Published facts about status, on paired lives under the shipped defaults.

// Platforms may differ in the last bit of what a test computes, never in what it tests.
#![allow(clippy::disallowed_methods)]

mod support;

use fidelio::engine::observe::{Event, EventKind, StatusMove};
use fidelio::engine::tally::World;
use support::lives::*;

/// Moves between tiers, with their instants.
fn moves(events: &[(World, Event)]) -> Vec<(StatusMove, f64, u8)> {
    let own = events.iter().filter(|(world, _)| *world == PROGRAM);
    own.filter_map(|(_, event)| match event.kind {
        EventKind::Status { how, to, .. } => Some((how, event.time, to)),
        _ => None,
    })
    .collect()
}

/// Purchases of a spell under the program and in world 0, of those who were customers of both at its beginning.
fn spell(events: &[(World, Event)], from: f64, to: f64) -> Option<[i64; 2]> {
    let there = |world| leaving(events, world).is_none_or(|left| left > from);
    let bought = |world| {
        let all = purchases(events, world);
        all.filter(|p| p.0 > from && p.0 <= to).count() as i64
    };
    (there(PROGRAM) && there(ZERO)).then(|| [bought(PROGRAM), bought(ZERO)])
}

/// Sums for a ratio of two counts per customer, and its error.
#[derive(Clone, Copy, Debug, Default)]
struct Gains {
    difference: Moments,
    base: Moments,
}

impl Gains {
    fn add(&mut self, [here, there]: [i64; 2]) {
        self.difference.add(here - there);
        self.base.add(there);
    }

    fn merge(self, other: Gains) -> Gains {
        Gains {
            difference: self.difference.merge(other.difference),
            base: self.base.merge(other.base),
        }
    }

    /// Paired difference as a share of world 0. Its error: the base is many times as well known as the difference.
    fn share(&self) -> (f64, f64) {
        let n = self.difference.count as f64;
        let error = (self.difference.variance() / n).sqrt();
        (
            self.difference.mean() / self.base.mean(),
            error / self.base.mean(),
        )
    }
}

/// Put in by its sign, comes out by its size. Wagner, Hennig-Thurau and Rudolph (2009, JM 73:69): the demoted are below the
/// never elevated. Base: members of the shipped tiered program, all defaults of the register, everyone against himself in
/// world 0, customers of both worlds when a spell begins; window: the nine months in which a demotion works by default,
/// shorter where the next move comes first, and months 12 to 21 of membership of the never elevated. The ordering is what
/// was published (read in the abstract only), the sizes are judgement.
///
/// That the promoted gain more than the never elevated is not shown here (+2.2 against +2.1 %): the first tier, which most
/// of them reach, lifts by 2 % at most, and those below it feel its pull. What status itself does is ordered by
/// construction, see `status_lives`.
#[test]
fn the_demoted_are_below_the_never_elevated() {
    let scenario = shipped("tiered", 60_000);
    let last = f64::from(scenario.horizon_months) - 9.0;
    let gains = hear_all(
        &scenario,
        || [Gains::default(); 3],
        |all: &mut [Gains; 3], _, _, events| {
            let moves = moves(events);
            let after = |how| {
                let at = moves
                    .iter()
                    .position(|(of, at, _)| *of == how && *at <= last)?;
                let (from, next) = (moves[at].1, moves.get(at + 1));
                let to = next.map_or(f64::INFINITY, |(_, at, _)| *at).min(from + 9.0);
                spell(events, from, to)
            };
            for (group, how) in [(0, StatusMove::Demoted), (2, StatusMove::Promoted)] {
                if let Some(bought) = after(how) {
                    all[group].add(bought);
                }
            }
            let joined = events
                .iter()
                .find(|(world, e)| *world == PROGRAM && e.kind == EventKind::Enrollment);
            let joined = joined.map(|(_, event)| event.time);
            if let Some(from) = joined.filter(|at| moves.is_empty() && *at <= last - 12.0)
                && let Some(bought) = spell(events, from + 12.0, from + 21.0)
            {
                all[1].add(bought);
            }
        },
        |a, b| [0, 1, 2].map(|group: usize| a[group].merge(b[group])),
    );
    let names = ["demoted", "never elevated", "promoted"];
    let shares = gains.map(|g| g.share());
    for ((name, gain), (share, error)) in names.iter().zip(&gains).zip(shares) {
        let n = gain.difference.count;
        println!("{name}: {n} customers, purchases {share:+.4} ± {error:.4} of world 0's");
        assert!(n > 2_000);
    }
    let [demoted, never, promoted] = shares;
    assert!(never.0 - demoted.0 > 4.0 * never.1.hypot(demoted.1));
    assert!(demoted.0 < -4.0 * demoted.1 && promoted.0 > 4.0 * promoted.1);
}

/// Comes out. Who holds Gold was chosen by what he buys: the naive comparison of Gold members with other members says
/// little of what the program does to them, which is each Gold member against himself in world 0. Base: members of the
/// shipped tiered program who are customers under it at the end of year 4, by the tier they hold then; window: year 5;
/// full prices. With the defaults +420 % ± 7 % against +9 %. The factor of seven of Leenheer et al. (2007) is one of
/// joining and of shares of wallet, and no norm here but a floor.
#[test]
fn gold_members_seem_to_be_made_by_gold() {
    let scenario = shipped("tiered", 60_000);
    let (from, to) = (48.0, 60.0);
    let [gold, gold_without, others] = hear_all(
        &scenario,
        || [Moments::default(); 3],
        |all: &mut [Moments; 3], _, _, events| {
            let joined = events.iter().any(|(world, e)| {
                *world == PROGRAM && e.kind == EventKind::Enrollment && e.time < from
            });
            if !joined || leaving(events, PROGRAM).is_some_and(|left| left <= from) {
                return;
            }
            let held = moves(events)
                .iter()
                .take_while(|(_, at, _)| *at <= from)
                .last()
                .map_or(0, |(_, _, to)| *to);
            let here = spent(events, PROGRAM, from, to);
            if held == 3 {
                all[0].add(here);
                all[1].add(spent(events, ZERO, from, to));
            } else {
                all[2].add(here);
            }
        },
        |a, b| [0, 1, 2].map(|group: usize| a[group].merge(b[group])),
    );
    let error = |m: &Moments| (m.variance() / m.count as f64).sqrt() / m.mean();
    let naive = gold.mean() / others.mean() - 1.0;
    let naive_error = (1.0 + naive) * error(&gold).hypot(error(&others));
    let truth = gold.mean() / gold_without.mean() - 1.0;
    println!(
        "{} Gold, {} others: naive {naive:+.3} ± {naive_error:.3}, true {truth:+.4}, ratio {:.1}",
        gold.count,
        others.count,
        naive / truth
    );
    assert!(gold.count > 500 && others.count > 10_000);
    assert!(naive > 1.0 + 4.0 * naive_error, "{naive}");
    assert!(truth.abs() < naive / 7.0, "{truth}");
}
