//! English sentences of findings.

use super::{compact, kinds};
use crate::report::number::ENGLISH;
use crate::results::Finding;

/// A number of a finding.
fn of(finding: &Finding, name: &str) -> Option<f64> {
    let mut numbers = finding.numbers.iter();
    numbers.find(|(n, _)| n == name).map(|(_, v)| *v)
}

/// What a finding says, without its subject; none of a code without a sentence, or where a number is missing.
pub(super) fn sentence(finding: &Finding) -> Option<String> {
    let number = |name: &str| of(finding, name);
    let share = |name: &str| number(name).map(|v| ENGLISH.percent(v));
    Some(match finding.code.as_str() {
        "best_estimates_only" => "best estimates only: uncertain numbers were replaced by their means, and the result at the \
                                  averages is not the average of the results"
            .to_owned(),
        "key_did_not_bind" => "this key was read but changed nothing".to_owned(),
        "cap_frequency_binds" => capped("frequency", &share("share")?),
        "cap_attrition_binds" => capped("attrition", &share("share")?),
        "losing_program" => {
            let value = compact(number("npv")?);
            format!("loses money at best estimates: net present value {value}")
        }
        "npv_sign_uncertain" => {
            let [low, high] = [number("low")?, number("high")?].map(compact);
            format!(
                "luck alone could turn the sign of its net present value: 95 % interval {low} … {high}"
            )
        }
        "roi_fragile" => {
            let roi = share("roi")?;
            format!(
                "its ROI of {roi} rests on a cost that is small beside the margin: read the value and the cost per margin"
            )
        }
        "clv_falls" => {
            let lift = ENGLISH.percent(-number("clv_lift")?);
            format!(
                "a customer is worth {lift} less with the program, before its set-up and monthly costs"
            )
        }
        "clv_lift_above_range" => {
            let [lift, high] = [share("clv_lift")?, share("high")?];
            format!(
                "a customer is worth {lift} more with the program; more than {high} is beyond what published programs show"
            )
        }
        "no_word_of_mouth" => kinds::all_friends_are_new(&compact(number("friends")?)),
        "points_unresolved" => unresolved(finding, &share("share")?),
        "thin_stratum" => {
            let families = compact(number("families")?);
            format!("only {families} simulated customers: its standard errors are unreliable")
        }
        _ => return None,
    })
}

fn capped(effects: &str, share: &str) -> String {
    format!("the cap on {effects} effects binds in {share} of customer-months")
}

/// A finding by its name and all its numbers.
pub(super) fn by_code(name: &str, finding: &Finding) -> String {
    let numbers = finding.numbers.iter();
    let told = numbers.map(|(name, v)| format!("{} {}", name.replace('_', " "), compact(*v)));
    let told: Vec<String> = told.collect();
    match told.is_empty() {
        true => name.to_owned(),
        false => format!("{name} ({})", told.join(", ")),
    }
}

/// Why points were neither redeemed nor ended, as far as the rules tell.
fn unresolved(finding: &Finding, share: &str) -> String {
    let of = |name: &str| finding.numbers.iter().find(|(n, _)| n == name);
    let number = |name: &str| of(name).map_or(0.0, |(_, v)| *v);
    let why = match (of("inactivity"), of("never_expires")) {
        (Some(_), _) => {
            ", held by members who go on buying, which keeps their points alive, and do not redeem"
        }
        (_, Some(_)) => ", held by members who are still customers and do not redeem",
        _ => "",
    };
    let mut text = format!("{share} of its points were still unused when the run-off ended{why}");
    if of("urr_low").is_some() {
        text += &format!(
            "; they count neither as redeemed nor as breakage, so the redemption rate is {} to {}",
            ENGLISH.percent(number("urr_low")),
            ENGLISH.percent(number("urr_high"))
        );
    }
    text
}
