//! The part of random scenarios that is about tiers, promotions and tenure.

use super::random_scenario::{Draws, Frame};
use std::fmt::Write;

/// Points of the curves of a segment, in every second one.
pub(super) fn tenure(d: &mut Draws, text: &mut String) {
    if d.chance(50) {
        let (first, last) = (d.real(0.8, 1.1), d.real(0.9, 1.3));
        let _ = writeln!(
            text,
            "tenure = [{{ years = 0, basket = {first}, cost_to_serve = {} }}, {{ years = {}, basket = {last}, \
             cost_to_serve = 1 }}]",
            d.whole(0, 4),
            d.whole(1, 5)
        );
    }
}

/// How customers react to status; the register's own in every third.
pub(super) fn behavior(d: &mut Draws, text: &mut String) {
    if d.chance(33) {
        return;
    }
    let (first, more) = (d.real(0.0, 0.2), d.real(0.0, 0.2));
    let _ = write!(
        text,
        "[behavior.status]\nfrequency_first = {first}\nfrequency_second = {0:.4}\nfrequency_third = {0:.4}\n\
         attrition_first = {first}\nattrition_second = {0:.4}\nattrition_third = {0:.4}\n\
         [behavior.demotion]\nmonths = {1}\naversion = {2}\n[behavior.bystander]\ndrop = {3}\n\
         [behavior.tier_pressure]\nstrength = {4}\nreach_months = {5}\n[behavior.demotion_fear]\nstrength = {6}\n",
        first + more,
        d.pick(&["1", "9"]),
        d.pick(&["1", "2.5"]),
        d.pick(&["0", "0.03"]),
        d.pick(&["0", "0.3"]),
        d.pick(&["1", "4"]),
        d.pick(&["0", "0.3"]),
    );
}

/// Qualification and one to three tiers, low enough to be reached by anybody.
pub(super) fn tiers(d: &mut Draws, text: &mut String) {
    let by = d.pick(&["spend", "visits", "score"]);
    let (window, validity) = if d.chance(50) {
        (
            "window = \"calendar_year\"".to_owned(),
            d.pick(&["0", "12", "24"]),
        )
    } else {
        let months = d.whole(3, 15);
        (
            format!("window = \"rolling\"\nwindow_months = {months}"),
            d.pick(&["0", "1", "5"]),
        )
    };
    let _ = write!(
        text,
        "[program.qualification]\nby = \"{by}\"\n{window}\nvalidity_months = {validity}\nsoft_landing = {}\n\
         status_match = {}\nvisibility = {}\n",
        d.pick(&["true", "false"]),
        d.pick(&["true", "false"]),
        d.pick(&["0", "0.5", "1"]),
    );
    for (name, threshold) in ["Silver", "Gold"].iter().zip(thresholds(by)) {
        tier(d, text, "program.tier", name, threshold);
    }
}

fn thresholds(by: &str) -> [&'static str; 2] {
    match by {
        "spend" => ["2", "6"],
        "visits" => ["1", "2"],
        _ => ["0.05", "0.4"],
    }
}

fn tier(d: &mut Draws, text: &mut String, header: &str, name: &str, threshold: &str) {
    let _ = write!(
        text,
        "[[{header}]]\nname = \"{name}\"\nthreshold = {threshold}\nearn_multiplier = {}\n{}",
        d.pick(&["0.5", "1", "1.25", "3"]),
        d.pick(&[
            "",
            "expiry = { policy = \"never\" }\n",
            "expiry = { policy = \"fixed_term\", months = 5 }\n",
            "expiry = { policy = \"inactivity\", months = 3 }\n",
        ]),
    );
    if d.chance(60) {
        let _ = writeln!(
            text,
            "benefit = [{{ name = \"a\", billed = \"per_use\", cost = {} }}, {{ name = \"b\", billed = \
             \"per_member_month\", cost = {} }}]",
            d.whole(0, 3),
            d.whole(0, 3)
        );
    }
}

/// Other tiers from the date of a version on, in every second one; `kept` is one of them. Thresholds are those of the
/// lowest unit.
pub(super) fn new_tiers(d: &mut Draws, text: &mut String, kept: Option<&str>) {
    if d.chance(50) {
        let soft = d.pick(&["true", "false"]);
        let _ = writeln!(
            text,
            "[program.version.qualification]\nsoft_landing = {soft}"
        );
    }
    if d.chance(50) {
        let name = d.pick(&["Gold", "Silver", "Elite"]);
        tier(d, text, "program.version.tier", kept.unwrap_or(name), "1");
    }
}

/// Points multiplied between two dates.
pub(super) fn promotion(d: &mut Draws, text: &mut String, frame: &Frame, first: u64) {
    if d.chance(60) || first >= frame.horizon {
        return;
    }
    let from = d.whole(first, frame.horizon - 1);
    let through = d.whole(from, frame.horizon - 1);
    let _ = write!(
        text,
        "[[program.promotion]]\nname = \"p\"\nfrom = \"{}\"\nthrough = \"{}\"\nmultiplier = {}\n",
        frame.date(from as i64),
        frame.date(through as i64),
        d.pick(&["2", "1.5", "10"])
    );
}
