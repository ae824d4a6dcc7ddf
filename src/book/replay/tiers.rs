//! Tiers of one member as rows state them: a tier is held from the day of the row that states it to the day of the next
//! that states another. A row without one changes nothing.

use super::Replay;
use crate::book::calendar::Day;
use crate::book::division::Key;
use crate::book::expiry::Protection;
use crate::book::rows::Group;
use crate::book::rows::Row;

impl Replay<'_> {
    /// Finds the member's tier on the last day and the times with a protected one.
    pub(super) fn tiers_of(&mut self, rows: &[Row]) {
        self.tier = 0;
        self.protected.clear();
        let protected = &self.terms.rules.protected_tiers;
        if protected.is_empty() && self.by != Some(Key::Tier) {
            return;
        }
        // Of one day the last row of the file counts.
        let stated = rows.iter().filter(|row| row.tier != 0);
        let mut stated: Vec<(Day, u32, Group)> =
            stated.map(|row| (row.day, row.line, row.tier)).collect();
        stated.sort_unstable();
        self.tier = stated.last().map_or(0, |stated| stated.2);
        for (day, _, tier) in stated {
            let open = self
                .protected
                .last_mut()
                .filter(|held| held.until.is_none());
            match (open, protected.contains(&tier)) {
                (Some(held), false) => held.until = Some(day),
                (None, true) => self.protected.push(Protection {
                    from: day,
                    until: None,
                }),
                _ => {}
            }
        }
        // Gained and lost on one day.
        self.protected.retain(|held| held.until != Some(held.from));
    }
}

/// What was known on a day of the times with a protected tier: nobody knew yet when the one held would end.
pub(super) fn known(protected: &[Protection], day: Day) -> Vec<Protection> {
    let begun = protected.iter().filter(|held| held.from <= day);
    begun
        .map(|held| Protection {
            until: held.until.filter(|until| *until <= day),
            ..*held
        })
        .collect()
}
