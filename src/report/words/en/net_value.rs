//! What the net values of programs come to, in a title.

use super::{compact, months};
use crate::report::number::ENGLISH;
use crate::report::words::Worth;

/// Whether an interval leaves the sign open.
fn is_undecided(interval: Option<[f64; 2]>) -> bool {
    interval.is_some_and(|[low, high]| low <= 0.0 && high >= 0.0)
}

/// Of several programs: how many gain, and which is worth most.
pub(super) fn several_worths(
    worth: &[Worth],
    (best, value): (&Worth, f64),
    currency: &str,
) -> String {
    let is_open = |w: &&Worth| is_undecided(w.interval);
    let open = worth.iter().filter(is_open).count();
    let decided = worth.iter().filter(|w| !is_open(w));
    let winners = decided.filter(|w| w.value.is_some_and(|v| v > 0.0)).count();
    let count = worth.len();
    let amount = compact(value.abs());
    let luck = match best.is_separated {
        true => "",
        false => ", within luck",
    };
    if winners == 0 && open == 0 {
        return format!(
            "{} lose money; {} loses least{luck}: {amount} {currency}",
            all_programs(count),
            best.program
        );
    }
    let best_is = match best.is_separated {
        true => format!("best is {}", best.program),
        false => format!("{} leads, within luck", best.program),
    };
    let verb = if winners == 1 { "gains" } else { "gain" };
    let gaining = match (winners, open) {
        (0, _) if count == 2 => "Neither program surely gains".to_owned(),
        (0, _) => format!("None of {count} programs surely gains"),
        (_, 0) => format!("{winners} of {count} programs {verb}"),
        _ => format!("{winners} of {count} programs {verb}, {open} may gain or lose"),
    };
    let value = ENGLISH.compact(value);
    format!("{gaining}; {best_is}: present value {value} {currency}")
}

fn all_programs(count: usize) -> String {
    match count {
        2 => "Both programs".to_owned(),
        _ => format!("All {count} programs"),
    }
}

/// Of one program: whether it pays back, and what it is worth.
pub(super) fn worth_of_one(worth: &Worth, currency: &str, horizon: u32) -> String {
    let name = &worth.program;
    let Some(value) = worth.value else {
        return format!("Net value of {name} over {}", months(horizon));
    };
    let run_off = if worth.with_run_off {
        " with run-off"
    } else {
        ""
    };
    let present = format!("present value {} {currency}{run_off}", compact(value));
    if is_undecided(worth.interval) {
        return format!("{name} may gain or lose: {present} at best estimate");
    }
    match worth
        .payback
        .map(|m| ENGLISH.fixed(libm::ceil(m.max(1.0)), 0))
    {
        Some(month) if value > 0.0 => format!("{name} pays back in month {month}; {present}"),
        Some(month) => {
            format!("{name} pays back in month {month} undiscounted, but loses: {present}")
        }
        None if value > 0.0 => format!(
            "{name} does not pay back within {}; {present}",
            months(horizon)
        ),
        None => format!("{name} never pays back; {present}"),
    }
}
