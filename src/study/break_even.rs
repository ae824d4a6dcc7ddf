//! "Works if at least x % of the assumed effect is real": the smallest multiplier of all behavioral dials at which a
//! program is worth its cost.
//!
//! Net present value is taken as a function of `m`, which multiplies the dials of every effect
//! ([`Behavior::effect_multiplier`](crate::scenario::model::Behavior::effect_multiplier)); 1 is as assumed, 0 the
//! skeptic's world. Because draws are addressed, the function of m is nearly smooth: the same customers at every m.

use crate::results::{Named, Number, Unit};

/// Multipliers are looked for up to here.
pub const LARGEST: f64 = 5.0;
/// The root is bracketed this closely.
pub const TOLERANCE: f64 = 0.01;
/// Batches on which the study runs (of 32): enough for a root to 0.01, an eighth of the time.
pub const BATCHES: std::ops::Range<usize> = 0..4;
/// Multipliers first tried, in increasing order: the first sign change among them is refined.
const GRID: [f64; 7] = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, LARGEST];
/// Bisection alone needs 10 steps from the widest bracket; the secant needs fewer.
const MOST_STEPS: usize = 24;

/// Where a program starts to pay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BreakEven {
    /// It pays without any effect.
    AlreadyAtZero,
    /// It costs nothing without any effect, and brings nothing.
    FreeAtZero,
    /// From this multiplier on.
    At {
        multiplier: f64,
        /// The multipliers at which luck leaves open whether the program pays; the upper end is infinite where it does so
        /// at the largest one looked at.
        interval: [f64; 2],
    },
    /// At none up to [`LARGEST`] ("none below 5").
    NoneBelowLargest,
    /// At none that can be simulated: more would bring friends of friends without end.
    NoneThatEnds,
}

/// A net value that the search has seen.
#[derive(Clone, Copy)]
struct Point {
    multiplier: f64,
    value: f64,
    /// Half its 95 % interval.
    half: f64,
}

impl Point {
    fn surely_loses(&self) -> bool {
        self.value + self.half < 0.0
    }

    fn surely_pays(&self) -> bool {
        self.value - self.half >= 0.0
    }
}

/// Finds the smallest multiplier at which the net value is not negative, and what luck leaves open.
///
/// `net_value(m)` returns the net present value at multiplier m and half its 95 % interval. It is asked at 0, 0.5, 1, 1.5,
/// 2, 3, 5 until it changes sign, then between the two, by the secant (Illinois rule) with bisection whenever the
/// secant stalls, until the bracket is at most 0.01 wide. Where the net value is not monotone the first sign change
/// that this grid shows is refined. A value that is not finite counts as negative.
///
/// The interval is a test turned round (Fieller): it holds a multiplier where the interval of the net value there holds
/// zero, so it holds 1 where that of the program as assumed does. An error over the slope at the root would be false
/// where the curve is flat or uneven near it, as it is with few customers.
///
/// # Errors
/// The first error of `net_value`.
pub fn break_even<E>(
    mut net_value: impl FnMut(f64) -> Result<(f64, f64), E>,
) -> Result<BreakEven, E> {
    let mut seen: Vec<Point> = Vec::new();
    let mut ask = |multiplier: f64| {
        let (value, half) = net_value(multiplier)?;
        let point = Point {
            multiplier,
            value,
            half,
        };
        let place = seen.partition_point(|p| p.multiplier < multiplier);
        seen.insert(place, point);
        Ok(point)
    };
    let mut below = ask(GRID[0])?;
    if below.value == 0.0 && below.half == 0.0 {
        return Ok(BreakEven::FreeAtZero);
    }
    if below.value >= 0.0 {
        return Ok(BreakEven::AlreadyAtZero);
    }
    let mut grid = GRID[1..].iter();
    let above = loop {
        let Some(multiplier) = grid.next() else {
            return Ok(BreakEven::NoneBelowLargest);
        };
        let point = ask(*multiplier)?;
        if point.value >= 0.0 {
            break point;
        }
        below = point;
    };
    let multiplier = refine(below, above, &mut ask)?;
    // As assumed, and beyond until luck could not turn it.
    let mut last = above;
    for beyond in grid.filter(|beyond| **beyond >= 1.0) {
        if last.multiplier >= 1.0 && last.surely_pays() {
            break;
        }
        last = ask(*beyond)?;
    }
    Ok(BreakEven::At {
        multiplier,
        interval: left_open(&seen),
    })
}

/// From where on the program does not surely lose, and from where on it surely pays. Between two multipliers seen, value and
/// interval are taken as lines.
fn left_open(seen: &[Point]) -> [f64; 2] {
    let crossing = |before: &Point, after: &Point, end: fn(&Point) -> f64| {
        let part = fraction(end(before), end(after));
        let part = if part.is_finite() { part } else { 1.0 };
        before.multiplier + part * (after.multiplier - before.multiplier)
    };
    let low = seen.iter().position(|point| !point.surely_loses());
    let low = match low {
        None | Some(0) => 0.0,
        Some(first) => crossing(&seen[first - 1], &seen[first], |p| p.value + p.half),
    };
    let high = seen.iter().rposition(|point| !point.surely_pays());
    let high = match high {
        None => 0.0,
        Some(last) if last + 1 == seen.len() => f64::INFINITY,
        Some(last) => crossing(&seen[last], &seen[last + 1], |p| p.value - p.half),
    };
    [low, high]
}

/// Narrows a bracket with a negative value below and a value of at least zero above.
fn refine<E>(
    mut below: Point,
    mut above: Point,
    ask: &mut impl FnMut(f64) -> Result<Point, E>,
) -> Result<f64, E> {
    for step in 0..MOST_STEPS {
        let width = above.multiplier - below.multiplier;
        if width <= TOLERANCE {
            break;
        }
        let secant = below.multiplier + width * fraction(below.value, above.value);
        // Every third step halves the bracket, so that a curved function cannot pin one end. A secant that lands
        // within half the tolerance of an end is moved just past the root, to close the bracket on it.
        let middle = below.multiplier + 0.5 * width;
        let margin = 0.45 * TOLERANCE;
        let next = if step % 3 == 2 || !secant.is_finite() {
            middle
        } else if step % 3 == 1 {
            (secant + margin).min(above.multiplier - 0.1 * TOLERANCE)
        } else {
            (secant - margin).max(below.multiplier + 0.1 * TOLERANCE)
        };
        let point = ask(next)?;
        if point.value >= 0.0 {
            above = point;
        } else {
            below = point;
        }
    }
    Ok(root(below, above))
}

/// Where between two values of opposite sign a line crosses zero.
fn fraction(below: f64, above: f64) -> f64 {
    below / (below - above)
}

fn root(below: Point, above: Point) -> f64 {
    let width = above.multiplier - below.multiplier;
    let part = fraction(below.value, above.value);
    // A value that is not finite has no slope: the upper end is known to pay.
    let part = if part.is_finite() { part } else { 1.0 };
    below.multiplier + part * width
}

impl BreakEven {
    /// As a headline of the results: a share of the assumed effects.
    pub fn headline(&self, window: &str) -> Named {
        let (value, interval, note) = match *self {
            BreakEven::AlreadyAtZero => (Some(0.0), None, Some("pays_without_effects")),
            BreakEven::FreeAtZero => (Some(0.0), None, Some("free_without_effects")),
            BreakEven::NoneBelowLargest => (None, None, Some("none_below_5")),
            BreakEven::NoneThatEnds => (None, None, Some("none_that_ends")),
            BreakEven::At {
                multiplier,
                interval: [low, high],
            } if high == f64::INFINITY => (
                Some(multiplier),
                Some([low, LARGEST]),
                Some("interval_open_above"),
            ),
            BreakEven::At {
                multiplier,
                interval,
            } => (Some(multiplier), Some(interval), None),
        };
        Named {
            code: "break_even_multiplier".into(),
            number: Number {
                value,
                standard_error: None,
                interval,
                unit: Unit::Ratio,
                base: "assumed effects".into(),
                world: "program - world_0".into(),
                window: window.into(),
                note: note.map(Into::into),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn find(f: impl Fn(f64) -> f64) -> (BreakEven, usize) {
        let mut calls = 0;
        let found = break_even(|m| {
            calls += 1;
            Ok::<_, Infallible>((f(m), 0.5))
        });
        (found.unwrap(), calls)
    }

    fn multiplier(f: impl Fn(f64) -> f64) -> f64 {
        match find(f).0 {
            BreakEven::At { multiplier, .. } => multiplier,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_line_is_solved_exactly_with_the_interval_of_its_value_turned_round() {
        let (found, calls) = find(|m| 100.0 * m - 62.0);
        let BreakEven::At {
            multiplier,
            interval: [low, high],
        } = found
        else {
            panic!("{found:?}")
        };
        assert!((multiplier - 0.62).abs() < 1e-9);
        assert!((low - 0.615).abs() < 1e-9 && (high - 0.625).abs() < 1e-9);
        assert!(calls <= 6, "{calls} runs");
    }

    /// What is said of the effects as assumed is what their net value says, whatever the curve does near its root.
    #[test]
    fn the_interval_holds_one_where_that_of_the_net_value_holds_zero() {
        for (value, half) in [(5.0, 4.0), (5.0, 6.0), (-5.0, 4.0), (-5.0, 6.0), (0.2, 9.0)] {
            // A step near zero, as few customers make it, then a line to the value as assumed; the error grows with effects.
            let curve = |m: f64| {
                let step = if m > 0.004 { 3.0 } else { -2.0 };
                let line = -2.0 + m * (value + 2.0);
                if m < 0.01 { step } else { line }
            };
            let found = break_even(|m| Ok::<_, Infallible>((curve(m), half * m))).unwrap();
            if let BreakEven::At {
                interval: [low, high],
                ..
            } = found
            {
                let holds = low <= 1.0 && 1.0 <= high;
                assert_eq!(
                    holds,
                    f64::abs(value) < half,
                    "{value} ± {half}: {low} {high}"
                );
            }
        }
        // Flat: nothing is known but that it loses without effects.
        let flat = break_even(|m| Ok::<_, Infallible>((m - 0.9, 1.0 + 9.0 * m))).unwrap();
        let BreakEven::At { interval, .. } = flat else {
            panic!("{flat:?}")
        };
        assert_eq!(interval, [0.0, f64::INFINITY]);
        let number = flat.headline("w").number;
        assert_eq!(number.interval, Some([0.0, LARGEST]));
        assert_eq!(number.note.as_deref(), Some("interval_open_above"));
    }

    #[test]
    fn curves_are_solved_to_the_tolerance() {
        for root in [0.003, 0.31, 0.5, 0.997, 1.0, 1.7, 2.9, 4.99] {
            let convex = multiplier(|m| m * m * m - root * root * root);
            let concave = multiplier(|m| libm::sqrt(m) - libm::sqrt(root));
            let kinked = multiplier(|m| if m < root { -1e-3 } else { 1e6 });
            for found in [convex, concave, kinked] {
                assert!((found - root).abs() <= TOLERANCE, "{found} for {root}");
            }
            let (_, calls) = find(|m| m * m * m - root * root * root);
            assert!(calls <= 20, "{calls} runs for {root}");
        }
    }

    #[test]
    fn a_program_that_pays_anyway_needs_no_effect() {
        let (found, calls) = find(|m| 1.0 + m);
        assert_eq!((found, calls), (BreakEven::AlreadyAtZero, 1));
        assert_eq!(find(|_| 0.0).0, BreakEven::AlreadyAtZero);
        let free = break_even(|m| Ok::<_, Infallible>((-m, 0.1 * m))).unwrap();
        assert_eq!(free, BreakEven::FreeAtZero);
    }

    #[test]
    fn a_losing_program_never_pays() {
        assert_eq!(find(|m| m - 5.5).0, BreakEven::NoneBelowLargest);
        assert_eq!(find(|m| -1.0 - m).0, BreakEven::NoneBelowLargest);
        assert_eq!(find(|_| f64::NAN).0, BreakEven::NoneBelowLargest);
        let headline = find(|_| -1.0).0.headline("months 0-59 and run-off");
        assert_eq!(headline.number.note.as_deref(), Some("none_below_5"));
        assert_eq!(headline.number.value, None);
    }

    #[test]
    fn the_first_sign_change_is_taken_where_there_are_more() {
        // Positive between 0.8 and 2.2, and again above 4.
        let found = multiplier(|m| (m - 0.8) * (m - 2.2) * (m - 4.0));
        assert!((found - 0.8).abs() <= TOLERANCE, "{found}");
    }

    #[test]
    fn an_error_stops_the_search() {
        let mut calls = 0;
        let found = break_even(|m| {
            calls += 1;
            if m > 0.0 {
                Err("out of time")
            } else {
                Ok((-1.0, 0.1))
            }
        });
        assert_eq!((found, calls), (Err("out of time"), 2));
    }

    #[test]
    fn the_headline_carries_value_and_interval() {
        let at = BreakEven::At {
            multiplier: 0.6,
            interval: [0.54, 0.7],
        };
        let number = at.headline("w").number;
        assert_eq!(
            (number.value, number.interval),
            (Some(0.6), Some([0.54, 0.7]))
        );
        assert_eq!(number.standard_error, None);
    }
}
