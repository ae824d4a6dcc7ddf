//! How many members hold each tier: what status is diluted by, measured once before the run.
//!
//! A fixed number of people of the pilot buy at their own rate, without seasons and effects, for as long as their status
//! needs to forget that they once had none, and one year more, over which the shares are taken. The draws depend neither on
//! the seed nor on the number of simulated customers, and each person counts as often as a person like that is a member by
//! the end of the horizon: a constant of the market and the rules.

use crate::population::pilot::PilotPerson;
use crate::population::{Pilot, SegmentLaws};
use crate::program::Rules;
use crate::program::earn::MonthlyCap;
use crate::program::rules::VersionRules;
use crate::program::tier::{Purchase, TierRules, TierState};
use crate::random::address::{hash_names, uniform32};
use crate::random::elementary::ln;
use crate::random::{Key, Purpose, Subject};

/// Most people measured: a share of one fifth is known to half a percentage point.
const PEOPLE: usize = 4096;
/// Months over which the shares are taken.
const MEASURED: i32 = 12;

/// Measures the holders of every version of a program.
pub(super) fn measure(rules: &mut Rules, laws: &[SegmentLaws], pilot: &Pilot, horizon: u32) {
    let base: Vec<&PilotPerson> = pilot.base().collect();
    let people: Vec<(&PilotPerson, f64)> = base
        .iter()
        .step_by(base.len().div_ceil(PEOPLE).max(1))
        .map(|person| {
            let share = rules
                .enrollment
                .share_by(person.traits.rate, f64::from(horizon));
            (*person, person.weight * share)
        })
        .collect();
    for version in &mut rules.versions {
        if let Some(tiers) = &version.tiers {
            version.holders = holders(version, tiers, laws, &people);
        }
    }
}

/// Share of members at each rank or above, rank 0 first.
fn holders(
    version: &VersionRules,
    tiers: &TierRules,
    laws: &[SegmentLaws],
    people: &[(&PilotPerson, f64)],
) -> Vec<f64> {
    let mut at = vec![0.0; tiers.count() + 1];
    for (number, (person, weight)) in people.iter().enumerate() {
        let months = member(number as u64, version, tiers, &laws[person.segment], person);
        for (share, months) in at.iter_mut().zip(months) {
            *share += weight * f64::from(months);
        }
    }
    let mut above = 0.0;
    for share in at.iter_mut().rev() {
        above += *share;
        *share = above;
    }
    let all = above.max(f64::MIN_POSITIVE);
    at.iter().map(|share| share / all).collect()
}

/// Month ends of the last year at each rank.
fn member(
    number: u64,
    version: &VersionRules,
    tiers: &TierRules,
    laws: &SegmentLaws,
    person: &PilotPerson,
) -> Vec<u32> {
    let key = Key::new(0, 0);
    let subject = Subject::root(hash_names(&["status shares"]), number);
    let mut counts = vec![0; tiers.count() + 1];
    let mut state = TierState::joining(tiers, 0, []);
    let mut cap = MonthlyCap::default();
    let end = tiers.months_remembered() + MEASURED;
    let rate = person.traits.rate.max(f64::MIN_POSITIVE);
    let (mut time, mut ordinal) = (0.0, 0);
    let mut draw = || {
        let words = subject.draw(key, Purpose::StatusShare, 0, 0, ordinal);
        ordinal += 1;
        time -= ln(uniform32(words[0])) / rate;
        (time, words[1])
    };
    let mut next = draw();
    for month in 0..end {
        while next.0 < f64::from(month + 1) {
            let factor = laws.within.at_word(next.1);
            let paid = super::fate::amount(person.traits.basket * factor);
            let mut points = version.earn_rate.points(paid);
            if let Some(most) = version.earn_rate.cap_per_month() {
                points = cap.cut(most, month, points);
            }
            state.record(tiers, month, Purchase { paid, points });
            next = draw();
        }
        state.review(tiers, month);
        if month >= end - MEASURED {
            counts[usize::from(state.rank())] += 1;
        }
    }
    counts
}
