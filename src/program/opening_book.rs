//! An existing book of points at month 0: totals by vintage, dealt to the opening base in proportion to expected issue.

use super::enrollment::EnrollmentRule;
use crate::population::{Person, Pilot};
use crate::random::Purpose;
use crate::random::address::uniform64;
use crate::scenario::model::{OpeningBook, OpeningVintage};

/// A book with its population constants.
#[derive(Clone, Debug)]
pub struct BookRule {
    vintages: Vec<BookVintage>,
}

#[derive(Clone, Debug)]
struct BookVintage {
    months_ago: u32,
    /// Points of this vintage held by leavers, at market scale.
    leavers: i64,
    /// Points per unit of expected issue (purchases per month × basket) of a holder, at market scale: of those who never
    /// redeem, and of the others.
    per_issue: [f64; 2],
}

impl BookRule {
    /// # Errors
    /// The age in months of a vintage that nobody alive at month 0 can hold.
    pub fn new(
        book: &OpeningBook,
        enrollment: &EnrollmentRule,
        never_share: f64,
        pilot: &Pilot,
    ) -> Result<BookRule, u32> {
        let mut vintages: Vec<BookVintage> = Vec::new();
        for vintage in &book.vintages {
            let share = || libm::round(vintage.points as f64 * book.held_by_leavers) as i64;
            let leavers = vintage.leavers.unwrap_or_else(share);
            let alive = vintage.points - leavers;
            // The pilot has no reluctance of its own: the share enrolled by then is its expectation.
            let issue: f64 = pilot
                .people
                .iter()
                .filter(|p| p.opening && p.traits.age >= f64::from(vintage.months_ago))
                .map(|p| {
                    let share = enrollment.share_by(p.traits.rate, issued_at(vintage.months_ago));
                    p.weight * share * p.traits.rate * p.traits.basket
                })
                .sum();
            if alive > 0 && issue <= 0.0 {
                return Err(vintage.months_ago);
            }
            vintages.push(BookVintage {
                months_ago: vintage.months_ago,
                leavers,
                per_issue: per_issue(vintage, alive, issue, never_share),
            });
        }
        vintages.sort_by_key(|v| std::cmp::Reverse(v.months_ago));
        Ok(BookRule { vintages })
    }

    /// Lots of one opening member: (months ago, points), oldest first. `scale`: market customers per simulated one is
    /// already contained in the dealing (each simulated customer gets what one market customer holds).
    pub fn deal(
        &self,
        person: &Person,
        redeems: bool,
        enrolled_at: f64,
        mut lot: impl FnMut(u32, i64),
    ) {
        for vintage in &self.vintages {
            if enrolled_at > issued_at(vintage.months_ago)
                || person.age < f64::from(vintage.months_ago)
            {
                continue;
            }
            let words =
                person
                    .subject
                    .draw(person.key, Purpose::OpeningLot, 0, 0, vintage.months_ago);
            let expected = vintage.per_issue[usize::from(redeems)] * person.rate * person.basket;
            let points = libm::floor(expected + uniform64(words[0], words[1])) as i64;
            if points > 0 {
                lot(vintage.months_ago, points);
            }
        }
    }

    /// Lots held by customers who have left, at market scale: (months ago, points), oldest first.
    pub fn leavers(&self) -> impl Iterator<Item = (u32, i64)> {
        self.vintages
            .iter()
            .filter(|v| v.leavers > 0)
            .map(|v| (v.months_ago, v.leavers))
    }
}

/// What the living hold of a vintage, per unit of what they were expected to be issued. Whether somebody ever redeems is
/// independent of what he buys.
fn per_issue(vintage: &OpeningVintage, alive: i64, issue: f64, never_share: f64) -> [f64; 2] {
    if issue <= 0.0 {
        return [0.0; 2];
    }
    let known = vintage
        .never_redeemed
        .filter(|_| 0.0 < never_share && never_share < 1.0);
    match known {
        None => [alive as f64 / issue; 2],
        Some(kept) => [
            kept as f64 / (issue * never_share),
            (alive - kept) as f64 / (issue * (1.0 - never_share)),
        ],
    }
}

/// The middle of the month of issue: who had joined by then could earn in it.
fn issued_at(months_ago: u32) -> f64 {
    0.5 - f64::from(months_ago)
}
