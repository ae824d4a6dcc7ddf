//! A book in groups: the tier or the partner that the rows of a ledger state. Names are kept as they stand in the file,
//! few of them and short, and are escaped wherever they are written.

use super::calendar::Month;
use super::flows::{Flow, Flows};
use super::lots::Taken;
use super::rows::Group;
use std::collections::BTreeMap;

/// Most different names in a column: more is a column of something else, and members must not become groups.
pub const MOST_GROUPS: usize = 50;
/// Longest name, bytes.
pub const LONGEST_NAME: usize = 80;

/// The column by which a book is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A member and all of his points belong to the tier he holds on the day of the valuation: what he will redeem depends
    /// on what he is now.
    Tier,
    /// Points belong to the partner at which they were issued, whoever redeems them later.
    Partner,
}

impl Key {
    pub const fn name(self) -> &'static str {
        match self {
            Key::Tier => "tier",
            Key::Partner => "partner",
        }
    }
}

/// The names of a column in order of their first appearance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    names: Vec<String>,
    numbers: BTreeMap<Vec<u8>, Group>,
    seen: Vec<bool>,
}

/// Why a name was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    Unreadable,
    TooMany,
}

impl Names {
    /// Names that get the first numbers, from 1, before any row is read.
    pub fn starting_with(names: &[String]) -> Names {
        let mut all = Names {
            names: vec![String::new()],
            numbers: BTreeMap::new(),
            seen: vec![false],
        };
        for name in names {
            all.insert(name.clone());
        }
        all
    }

    fn insert(&mut self, name: String) -> Group {
        let number = self.names.len() as Group;
        self.numbers.insert(name.clone().into_bytes(), number);
        self.names.push(name);
        self.seen.push(false);
        number
    }

    /// The number of a name, which gets one where it is new.
    ///
    /// # Errors
    /// If it is no short text without control characters, or there are too many already.
    pub fn number(&mut self, name: &[u8]) -> Result<Group, NameError> {
        let number = match self.numbers.get(name) {
            Some(number) => *number,
            None => {
                let text = std::str::from_utf8(name).map_err(|_| NameError::Unreadable)?;
                if text.len() > LONGEST_NAME || text.chars().any(char::is_control) {
                    return Err(NameError::Unreadable);
                }
                if self.names.len() > MOST_GROUPS {
                    return Err(NameError::TooMany);
                }
                self.insert(text.to_owned())
            }
        };
        if let Some(seen) = self.seen.get_mut(usize::from(number)) {
            *seen = true;
        }
        Ok(number)
    }

    /// By number; the first is empty and stands for what states no name.
    pub fn all(&self) -> &[String] {
        &self.names
    }

    /// Names that some row states.
    pub fn seen(&self) -> impl Iterator<Item = &str> {
        let pairs = self.names.iter().zip(&self.seen);
        pairs.filter(|pair| *pair.1).map(|pair| pair.0.as_str())
    }
}

/// The flows of a whole book, and of its groups where it is divided: every point is counted in the whole and in one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Divided {
    pub whole: Flows,
    /// By number of the name; empty where the book is not divided.
    pub groups: Vec<Flows>,
    /// Groups that the row at hand took points from, and groups in which the member at hand ever had points: one bit each.
    redeemed_from: u64,
    held_in: u64,
}

impl Divided {
    /// Divides what is added from now on into groups with these numbers.
    fn reach(&mut self, group: Group) -> &mut Flows {
        let index = usize::from(group);
        if self.groups.len() <= index {
            self.groups.resize_with(index + 1, Flows::default);
        }
        &mut self.groups[index]
    }

    /// Adds points to a vintage of a group; `group` is none where the book is not divided.
    pub fn add(
        &mut self,
        vintage: Month,
        month: Month,
        flow: Flow,
        points: i64,
        group: Option<Group>,
    ) {
        self.whole.add(vintage, month, flow, points);
        if let Some(group) = group {
            self.reach(group).add(vintage, month, flow, points);
            self.held_in |= 1 << group.min(63);
        }
    }

    /// Adds points taken from a lot.
    pub fn took(&mut self, taken: Taken, month: Month, flow: Flow, is_divided: bool) {
        let group = is_divided.then_some(taken.group);
        self.add(taken.issued_on.month(), month, flow, taken.points, group);
        if flow == Flow::Redeemed {
            self.redeemed_from |= 1 << taken.group.min(63);
        }
    }

    /// Ends a row: a redemption counts once in every group it took points from.
    pub fn close_row(&mut self) {
        let from = std::mem::take(&mut self.redeemed_from);
        self.whole.redemptions += u64::from(from != 0);
        for (index, group) in self.groups.iter_mut().enumerate() {
            group.redemptions += (from >> index.min(63)) & 1;
        }
    }

    /// Ends a member with what is left in his lots.
    pub fn close_member(&mut self, left: impl Iterator<Item = (Group, i64)>) {
        let mut with_points = 0u64;
        for (group, points) in left {
            self.whole.outstanding += points;
            if !self.groups.is_empty() {
                self.reach(group).outstanding += points;
            }
            with_points |= u64::from(points > 0) << group.min(63);
        }
        let held = std::mem::take(&mut self.held_in);
        self.whole.members += 1;
        self.whole.members_with_points += u64::from(with_points != 0);
        for (index, group) in self.groups.iter_mut().enumerate() {
            group.members += (held >> index.min(63)) & 1;
            group.members_with_points += (with_points >> index.min(63)) & 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_few_and_short() {
        let mut names = Names::starting_with(&["gold".to_owned()]);
        assert_eq!(names.number(b"silver"), Ok(2));
        assert_eq!(
            names.seen().collect::<Vec<_>>(),
            ["silver"],
            "gold is named, no row states it"
        );
        assert_eq!(names.number(b"gold"), Ok(1));
        assert_eq!(names.number(b"a\x1bb"), Err(NameError::Unreadable));
        assert_eq!(names.number(&[0xFF]), Err(NameError::Unreadable));
        assert_eq!(
            names.number(&[b'x'; LONGEST_NAME + 1]),
            Err(NameError::Unreadable)
        );
        for number in 3..=MOST_GROUPS {
            assert_eq!(
                names.number(format!("g{number}").as_bytes()),
                Ok(number as Group)
            );
        }
        assert_eq!(names.number(b"one more"), Err(NameError::TooMany));
        assert_eq!(names.number(b"g7"), Ok(7));
    }
}
