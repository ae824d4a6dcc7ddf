//! The part of random scenarios that is about friends: word of mouth, referral programs, and how both bind.

use super::random_scenario::Draws;
use std::fmt::Write;

/// Friends of one customer, few enough that chains of friends end whatever a program converts.
pub(super) fn market(d: &mut Draws, text: &mut String) {
    let _ = write!(
        text,
        "[market.word_of_mouth]\nfriends_per_active_year = {}\nslots = {}\n",
        d.pick(&["0", "0.2", "0.6"]),
        d.whole(1, 3),
    );
}

pub(super) fn behavior(d: &mut Draws, text: &mut String) {
    let _ = write!(
        text,
        "[behavior.referred]\nhazard_ratio = {}\nbasket_premium = {}\npremium_decay_years = {}\n\
         [behavior.recommending]\nhazard_ratio = {}\nmonths = {}\n",
        d.pick(&["0.6", "1", "1.3"]),
        d.pick(&["-0.2", "0", "0.3"]),
        d.pick(&["0.3", "2"]),
        d.pick(&["0.6", "1"]),
        d.pick(&["0", "3", "11"]),
    );
}

/// A referral program; ambassadors may be those of `tier`, which every version has.
pub(super) fn referral(d: &mut Draws, text: &mut String, tier: &str) {
    let by_tier = format!("who = \"tier\"\ntier = \"{tier}\"");
    let who = d.pick(&[
        "who = \"members\"",
        &by_tier,
        &by_tier,
        "who = \"purchases\"\nmin_purchases = 2",
        "who = \"invited\"\naccepted_share = 0.5",
        "who = \"score\"\nmin_score = 0.2",
    ]);
    let _ = write!(
        text,
        "[program.referral]\n{who}\ninvitations_per_year = {}\nconversion = {}\ndelay_weeks = {}\n\
         after_purchases = {}\nself_referral_share = {}\nsize_factor = {}\n",
        d.pick(&["1", "4", "50"]),
        d.real(0.05, 0.14),
        d.pick(&["0", "3", "30"]),
        d.whole(1, 4),
        d.pick(&["0", "0.3"]),
        d.pick(&["1", "0.5", "1.4"]),
    );
    let rewarded = d.chance(85);
    if rewarded && d.chance(40) {
        let _ = writeln!(text, "most_rewarded = 2\nmost_per_year = 1");
    }
    if rewarded {
        grant(d, text, "reward");
    }
    if d.chance(70) {
        grant(d, text, "welcome");
    }
}

fn grant(d: &mut Draws, text: &mut String, side: &str) {
    let grant = d.pick(&[
        "kind = \"points\", points = 60",
        "kind = \"points\", points = 7",
        "kind = \"money\", value = 3",
        "kind = \"voucher\", value = 9, used_share = 0.7",
    ]);
    let _ = writeln!(text, "{side} = {{ {grant} }}");
}
