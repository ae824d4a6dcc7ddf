//! Twenty-seven mistakes, each with a check that the right number passes and the mistaken formula, kept beside it,
//! fails. Where the right answer needs a simulation, the test says which part of the mistake it holds.

mod estimating;
mod measuring;
mod presenting;

use crate::liability::measure::allocation::{PointValue, allocate, stand_alone_price};
use crate::liability::measure::basis::{Deferred, OfIssued};
use crate::liability::measure::deferred_revenue::Standing;

/// The check must accept what the code computes and reject what the mistake computes.
#[track_caller]
fn tells_apart(check: impl Fn(f64) -> bool, right: f64, mistaken: f64) {
    assert!(check(right), "the right number {right} fails the check");
    assert!(
        !check(mistaken),
        "the mistaken number {mistaken} passes the check"
    );
}

/// Within half a unit of the last printed digit of a published figure.
fn is(published: f64, half: f64) -> impl Fn(f64) -> bool {
    move |x| (x - published).abs() <= half
}

/// Price allocated in IFRS 15 Example 52 at an expected redemption rate, and standings of its 10,000 points.
fn allocated(rate: f64) -> Deferred {
    let worth = PointValue {
        value: 1.0,
        available_without: 0.0,
    };
    let points = stand_alone_price(10_000.0, worth, OfIssued(rate)).unwrap();
    allocate(Deferred::new(1e5), Deferred::new(1e5), points)
        .unwrap()
        .points
}

fn at(redeemed: f64, gone: f64, ultimate: f64) -> Standing {
    Standing {
        redeemed,
        outstanding: 10_000.0 - redeemed - gone,
        ultimate,
    }
}
