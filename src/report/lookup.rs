//! Finding numbers by their codes. Everything may be absent: a report leaves out what a run did not measure.

use crate::results::{Named, Number, ProgramResult, Results, Series, WorldResult};

/// The first of `codes` that is there.
pub fn number<'a>(named: &'a [Named], codes: &[&str]) -> Option<&'a Number> {
    codes
        .iter()
        .find_map(|code| named.iter().find(|n| n.code == *code))
        .map(|n| &n.number)
}

/// Its value, if it has one.
pub fn value(named: &[Named], codes: &[&str]) -> Option<f64> {
    number(named, codes)?.value.filter(|v| v.is_finite())
}

/// The first of `codes` that is there.
pub fn series<'a>(all: &'a [Series], codes: &[&str]) -> Option<&'a Series> {
    codes
        .iter()
        .find_map(|code| all.iter().find(|s| s.code == *code))
}

/// The world without a program.
pub fn world_0(results: &Results) -> Option<&WorldResult> {
    results.worlds.iter().find(|w| w.program.is_none())
}

/// The world of a program.
pub fn world_of(results: &Results, program: usize) -> Option<&WorldResult> {
    results.worlds.iter().find(|w| w.program == Some(program))
}

/// Net present value, whichever way it is called.
pub const NPV: &[&str] = &["npv", "net_value"];

/// The net present value of a program.
pub fn npv(program: &ProgramResult) -> Option<f64> {
    value(&program.headline, NPV)
}
