//! The progress bar: families done, customer-months per second, time left. Only where someone watches.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::time::Duration;

const TEMPLATE: &str = "{msg} {bar:16} {percent:>3} %  {human_pos} families  {rate}  {eta} left";

/// A bar over the families of a run; invisible where nobody watches.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// `months_per_family` is the customer-months one family stands for, in all counted worlds.
    pub fn new(visible: bool, families: u64, months_per_family: f64) -> Progress {
        let target = if visible {
            ProgressDrawTarget::stderr_with_hz(8)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(families), target);
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style.with_key(
                "rate",
                move |state: &ProgressState, out: &mut dyn Write| {
                    // Nothing to do about a bar that cannot be written.
                    let _ = write!(out, "{}", rate(state.per_sec() * months_per_family));
                },
            ));
        }
        bar.set_message("living");
        if visible {
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Progress { bar }
    }

    /// `families` more are done.
    pub fn advance(&self, families: u64) {
        self.bar.inc(families);
    }

    /// A step without a measure of its own.
    pub fn step(&self, message: &'static str) {
        self.bar.set_message(message);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Customer-months per second in words.
pub fn rate(per_second: f64) -> String {
    if per_second >= 1e6 {
        format!("{:.1} M customer-months/s", per_second / 1e6)
    } else {
        format!("{:.0} k customer-months/s", per_second / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_readable() {
        assert_eq!(rate(31_400_000.0), "31.4 M customer-months/s");
        assert_eq!(rate(8_400.0), "8 k customer-months/s");
    }

    #[test]
    fn an_unwatched_bar_counts_in_silence() {
        let progress = Progress::new(false, 10, 60.0);
        progress.advance(4);
        progress.step("break-even");
        assert_eq!(progress.bar.position(), 4);
        assert!(progress.bar.is_hidden());
    }
}
