//! Friends on a terminal: what invitations brought, what it cost, and what they are worth.

use super::{clean, in_words, wrap_into};
use crate::report::words::Words;
use crate::results::{Number, ProgramResult, ReferralResults, Results};

/// The section, empty for a program without ambassadors.
pub(super) fn friends(
    program: &ProgramResult,
    results: &Results,
    width: usize,
    words: &dyn Words,
) -> String {
    let Some(referral) = &program.referral else {
        return String::new();
    };
    let currency = clean(&results.scenario.currency);
    let mut text = String::new();
    let lines = [
        brought(referral, words).to_vec(),
        worth(referral, &currency, words).to_vec(),
    ];
    for (label, content) in lines.into_iter().flatten() {
        let line = format!("  {:<34} {content}", words.name(label));
        wrap_into(&mut text, &line, &" ".repeat(37), width);
    }
    text
}

/// Label and content of a line.
type Line = (&'static str, String);

/// Who came.
fn brought(referral: &ReferralResults, words: &dyn Words) -> [Line; 4] {
    let told = |number: &Number| in_words(number, words);
    let friends = &referral.friends;
    let [invited, came] = [&referral.invitations, &referral.conversions].map(|n| n.value);
    let share = invited.zip(came).filter(|(invited, _)| *invited > 0.0);
    let share = share.map(|(invited, came)| words.numerals().percent(came / invited));
    let invitations = words.invitations(
        &told(&referral.invitations),
        &told(&referral.conversions),
        share.as_deref(),
    );
    let kinds = words.friends(
        &told(&friends.new),
        &told(&friends.brought_forward),
        &told(&friends.would_have_come),
    );
    [
        ("invitations", invitations),
        ("invited_friends", kinds),
        ("net_new", told(&referral.net_new)),
        ("friends_organic", told(&friends.organic_world_0)),
    ]
}

/// What was paid for them, whom they bring, and what they are worth.
fn worth(referral: &ReferralResults, currency: &str, words: &dyn Words) -> [Line; 4] {
    let told = |number: &Number| in_words(number, words);
    let money = |number: &Number| match number.value {
        Some(_) => format!("{} {currency}", told(number)),
        None => told(number),
    };
    let rewards = words.both_sides(
        &money(&referral.paid_to_ambassadors),
        &money(&referral.paid_to_friends),
    );
    let fees = words.fees(
        &money(&referral.fee_per_friend),
        &money(&referral.fee_per_net_new),
    );
    let reach = words.reach(
        &told(&referral.k_factor),
        &told(&referral.organic_r0),
        &told(&referral.family_size),
        &told(&referral.family_size_world_0),
    );
    let value = words.friend_value(
        &money(&referral.value_per_friend),
        &money(&referral.value_per_other),
        &money(&referral.value_difference),
    );
    [
        ("referral_rewards", rewards),
        ("fees", fees),
        ("k_factor", reach),
        ("value_per_friend", value),
    ]
}
