//! English about status, friends, and programs against each other.

use super::{English, compact, months, of_a_hundred};
use crate::report::number::ENGLISH;
use crate::report::words::{Apart, Brought, CourseWords, FriendWords, Holders, Moved, StatusWords};

impl StatusWords for English {
    fn tier_members_title(&self, holders: &Holders<'_>) -> String {
        let after = months(holders.months);
        if holders.share <= 0.0 {
            return format!("{}: nobody holds a tier after {after}", holders.program);
        }
        let share = ENGLISH.percent(holders.share);
        let what = match (holders.tiers, holders.top) {
            (1, Some((name, _))) => format!("{share} of members are {name}"),
            (_, Some((name, top))) => format!(
                "{share} of members hold a tier and {} are {name}",
                ENGLISH.percent(top)
            ),
            (_, None) => format!("{share} of members hold a tier"),
        };
        format!("{}: after {after}, {what}", holders.program)
    }

    fn tier_migration_title(&self, moved: &Moved<'_>) -> String {
        let verbs = [
            ("keeps it", "keep it"),
            ("rises", "rise"),
            ("falls", "fall"),
            ("gives up the card", "give up the card"),
        ];
        let parts = [moved.same, moved.up, moved.down, moved.given_up];
        let all: f64 = parts.iter().sum();
        if all <= 0.0 {
            return format!(
                "{}: nobody held a tier long enough to lose it",
                moved.program
            );
        }
        let counts = of_a_hundred(&parts.map(|part| part / all));
        // That none falls or gives up the card is said by leaving it out; that none keeps it is not.
        let told = counts.iter().zip(verbs);
        let told = told.filter(|(count, (_, verb))| **count > 0 || *verb == "keep it");
        let told: Vec<String> = told
            .map(|(count, (one, many))| match count {
                1 => format!("1 {one}"),
                count => format!("{count} {many}"),
            })
            .collect();
        let within = match moved.months {
            12 => "a year".to_owned(),
            count => months(count),
        };
        format!(
            "{}: of 100 with a tier, within {within} {}",
            moved.program,
            enumerated(&told)
        )
    }

    fn tier_flow_subtitle(&self, count: u32) -> String {
        match count {
            12 => "Members by tier when a year begins, and when it ends; a customer who left says nothing and is \
                   still counted."
                .to_owned(),
            count => format!(
                "Members by tier at the start, and after {}; a customer who left says nothing and is still counted.",
                months(count)
            ),
        }
    }

    fn status_effect(&self, paired: &str, customers: &str, naive: &str) -> String {
        format!(
            "{paired} for each of {customers}, against the same customers without; naive, biased: {naive}"
        )
    }
}

/// A market without word of mouth.
pub(super) fn all_friends_are_new(count: &str) -> String {
    format!(
        "all its {count} friends count as new, because the market has no word of mouth by which some would have come \
         anyway: its value is an upper bound unless the conversion leaves those out"
    )
}

impl FriendWords for English {
    fn funnel_title(&self, brought: &Brought<'_>, currency: &str) -> String {
        let kinds = [
            brought.new,
            brought.brought_forward,
            brought.would_have_come,
        ];
        let all: f64 = kinds.iter().sum();
        if all <= 0.0 {
            return format!("{} brings no friend", brought.program);
        }
        let counts = of_a_hundred(&kinds.map(|kind| kind / all));
        let of = |index: usize| counts.get(index).copied().unwrap_or(0);
        let fee = brought.fee.map_or_else(String::new, |fee| {
            format!(
                "; rewards per net new customer: {} {currency}",
                compact(fee)
            )
        });
        format!(
            "{}: of 100 invited friends who come, {} {} new, {} {} sooner, {} would have come anyway{fee}",
            brought.program,
            of(0),
            if of(0) == 1 { "is" } else { "are" },
            of(1),
            if of(1) == 1 { "comes" } else { "come" },
            of(2),
        )
    }

    fn organic_friends(&self, count: &str) -> String {
        format!("Without the program, {count} friends come by word of mouth.")
    }

    fn invitations(&self, invitations: &str, came: &str, share: Option<&str>) -> String {
        let share = share.map_or_else(String::new, |share| format!(" ({share})"));
        format!("{invitations}, of which {came}{share} converted")
    }

    fn friends(&self, new: &str, brought_forward: &str, would_have_come: &str) -> String {
        format!("{new} new, {brought_forward} sooner, {would_have_come} would have come anyway")
    }

    fn fees(&self, per_friend: &str, per_net_new: &str) -> String {
        format!("{per_friend} per friend who came, {per_net_new} per net new customer")
    }

    fn both_sides(&self, ambassadors: &str, friends: &str) -> String {
        format!("{ambassadors} to ambassadors, {friends} to friends")
    }

    fn reach(&self, k_factor: &str, organic: &str, family: &str, family_world_0: &str) -> String {
        format!(
            "{k_factor} new per ambassador, {organic} per customer by word of mouth; families of {family} people, {family_world_0} \
             without the program"
        )
    }

    fn friend_value(&self, friend: &str, other: &str, difference: &str) -> String {
        format!("{friend}; other new customers {other}; difference {difference}")
    }
}

impl CourseWords for English {
    fn value_course_title(
        &self,
        first: &str,
        apart: &[Apart<'_>],
        currency: &str,
        horizon: u32,
    ) -> String {
        let after = months(horizon);
        let amount = |value: f64| format!("{} {currency}", compact(value));
        ahead(first, apart, &after, ["is", "ahead of", "behind"], amount)
    }

    fn points_course_title(&self, first: &str, apart: &[Apart<'_>], horizon: u32) -> String {
        let after = months(horizon);
        let words = [
            "leaves",
            "more points outstanding than",
            "fewer points outstanding than",
        ];
        ahead(first, apart, &after, words, compact)
    }

    fn course_subtitle(&self, first: &str) -> String {
        format!("Each less {first}, lived by the same customers.")
    }
}

/// `a, b and c`.
fn enumerated(parts: &[String]) -> String {
    match parts {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        parts => parts.concat(),
    }
}

/// Which program is farthest from the first, on which side, and whether luck could have done it.
fn ahead(
    first: &str,
    apart: &[Apart<'_>],
    after: &str,
    [verb, above, below]: [&str; 3],
    amount: impl Fn(f64) -> String,
) -> String {
    let farthest = apart
        .iter()
        .max_by(|a, b| a.value.abs().total_cmp(&b.value.abs()));
    let Some(farthest) = farthest else {
        return format!("Programs less {first}");
    };
    let side = if farthest.value >= 0.0 { above } else { below };
    let luck = match farthest.value.abs() <= farthest.half {
        true => ", within luck",
        false => "",
    };
    format!(
        "{} {verb} {} {side} {first} after {after}{luck}",
        farthest.program,
        amount(farthest.value.abs()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_hundred_are_whole_and_add_up() {
        let moved = Moved {
            program: "Status",
            months: 12,
            same: 70.4,
            up: 1.0,
            down: 20.3,
            given_up: 8.3,
        };
        assert_eq!(
            English.tier_migration_title(&moved),
            "Status: of 100 with a tier, within a year 71 keep it, 1 rises, 20 fall and 8 give up the card"
        );
        let nobody = Moved {
            program: "Status",
            months: 12,
            ..Moved::default()
        };
        assert!(English.tier_migration_title(&nobody).contains("nobody"));
    }

    #[test]
    fn a_difference_within_luck_is_called_so() {
        let apart = |value: f64, half: f64| Apart {
            program: "B",
            value,
            half,
        };
        let title = |a: Apart<'_>| English.value_course_title("A", &[a], "EUR", 60);
        assert_eq!(
            title(apart(-2e6, 1e6)),
            "B is 2.00 M EUR behind A after 60 months"
        );
        assert_eq!(
            title(apart(2e6, 3e6)),
            "B is 2.00 M EUR ahead of A after 60 months, within luck"
        );
    }
}
