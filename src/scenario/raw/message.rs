//! What is said of numbers that a key does not allow.

use super::key::{Key, Kind};
use super::node::{Node, Value};
use super::reader::describe;
use crate::scenario::diagnostics::{Code, Diagnostic};
use crate::scenario::law::Plain;

/// A number outside the range of its key; sizes are refused with the reason.
pub fn out_of_range(key: &Key, written: &str, node: &Node) -> Diagnostic {
    let finding = Diagnostic::error(
        Code::OutOfRange,
        format!("`{}` = {written} is out of range", key.name),
        node.span.clone(),
    )
    .expecting(describe(key));
    match node.value {
        Value::Integer(Some(count), _) if key.unit == "customers" && count > 1_000_000_000 => {
            finding.with_help(waiting_time(count))
        }
        Value::Integer(Some(percent @ 2..=100), _) if is_share(key) => finding.with_help(format!(
            "a share: {percent} % is {}",
            shown(percent as f64 / 100.0)
        )),
        _ => finding,
    }
}

/// Whether a number is a share of a whole, which people also write in percent.
fn is_share(key: &Key) -> bool {
    matches!(&key.kind, Kind::Number(range) | Kind::NumberOrTable(range, _) if range.contains(0.5) && !range.contains(1.5) && !range.contains(-0.5))
}

/// How long so many customers would take, at a speed that flatters most computers.
fn waiting_time(customers: i64) -> String {
    let hours = customers as f64 / 1e6 / 3600.0;
    let (time, unit) = if hours > 24.0 * 365.0 {
        (hours / 24.0 / 365.0, "years")
    } else {
        (hours, "hours")
    };
    format!(
        "at a million customers per second, {} take {time:.0} {unit}",
        shown(customers as f64)
    )
}

/// A number as it stands in a message.
pub fn shown(x: f64) -> String {
    Plain(x).to_string()
}
