//! Deferred revenue of one vintage: the cumulative formula of IFRS 15 Example 52 (ASC 606-10-55-353 to 356), its exact
//! division into three parts, and two named variants.
//!
//! Revenue to date = allocated price × points redeemed to date ÷ points expected to be redeemed in the end. A change of
//! the estimate is a cumulative catch-up. With dR = R − R₋ and the estimate moving from U₋ to U, a period releases
//!
//! - for redemption, at the price of issue:    TP · dR ÷ P
//! - for breakage, in proportion:              TP · dR · (1 ÷ U − 1 ÷ P)
//! - for the change of estimate:               TP · R₋ · (1 ÷ U − 1 ÷ U₋)
//!
//! which sum to it exactly. The third may be negative, and with it the revenue of a period: that is shown, never cut.
//! Expiry is not a deduction of its own: it is one of the ways in which breakage happens, already in U.

use super::basis::Deferred;
use super::{MeasureError, not_negative, positive, require};

/// The points of one vintage at a date. Identity: outstanding = issued − redeemed − gone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Points redeemed to date.
    pub redeemed: f64,
    /// Points that may still be redeemed.
    pub outstanding: f64,
    /// Points expected to be redeemed in the end, at the estimate of this date.
    pub ultimate: f64,
}

/// What happened to an estimate that the points themselves contradict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stale {
    /// More was redeemed than the estimate expected in the end.
    BelowRedeemed { estimate: f64, redeemed: f64 },
    /// More was expected than has been redeemed and is outstanding together.
    AboveReachable { estimate: f64, reachable: f64 },
}

/// An estimate brought between what was redeemed and what can still be, and whether it had to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reconciled {
    pub standing: Standing,
    pub stale: Option<Stale>,
}

impl Standing {
    /// At issue: nothing redeemed yet.
    pub fn at_issue(issued: f64, ultimate: f64) -> Standing {
        Standing {
            redeemed: 0.0,
            outstanding: issued,
            ultimate,
        }
    }

    /// Takes an estimate of the ultimate that may be stale. Where more was redeemed than it said, the ultimate becomes
    /// what was redeemed plus `expected_future` (none known: 0); where it exceeds what can still be redeemed, that.
    /// Either is reported, so that no revenue above the allocated price and no negative liability hides in it.
    ///
    /// # Errors
    /// If a number is negative or not finite.
    pub fn reconcile(
        redeemed: f64,
        outstanding: f64,
        estimate: f64,
        expected_future: f64,
    ) -> Result<Reconciled, MeasureError> {
        not_negative("number of points redeemed", redeemed)?;
        not_negative("number of points outstanding", outstanding)?;
        not_negative("expected ultimate redemption", estimate)?;
        not_negative("expected future redemption", expected_future)?;
        let reachable = redeemed + outstanding;
        let (ultimate, stale) = if estimate < redeemed {
            let stale = Stale::BelowRedeemed { estimate, redeemed };
            ((redeemed + expected_future).min(reachable), Some(stale))
        } else if estimate > reachable {
            let stale = Stale::AboveReachable {
                estimate,
                reachable,
            };
            // With nothing outstanding the ultimate is known: that is no stale estimate but the end of the vintage.
            (reachable, (outstanding > 0.0).then_some(stale))
        } else {
            (estimate, None)
        };
        let standing = Standing {
            redeemed,
            outstanding,
            ultimate,
        };
        Ok(Reconciled { standing, stale })
    }

    /// Share of the allocated price that is revenue by now. A vintage of which nothing was redeemed and nothing is
    /// left is all breakage; one of which nothing is expected while points are outstanding stays deferred, because
    /// there is no pattern of exercise to be in proportion to.
    pub fn earned_share(&self) -> f64 {
        if self.ultimate > 0.0 {
            self.redeemed / self.ultimate
        } else if self.outstanding > 0.0 {
            0.0
        } else {
            1.0
        }
    }

    fn validate(&self) -> Result<(), MeasureError> {
        not_negative("number of points redeemed", self.redeemed)?;
        not_negative("number of points outstanding", self.outstanding)?;
        require(
            self.ultimate.is_finite() && self.ultimate >= self.redeemed,
            "expected ultimate redemption",
            self.ultimate,
            "at least what was redeemed (reconcile a stale estimate first)",
        )?;
        Ok(())
    }
}

/// What a period releases to revenue, in its three parts. Positive is revenue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Release {
    pub redemption: Deferred,
    pub breakage: Deferred,
    /// Cumulative catch-up; negative where more redemption is expected than before.
    pub change_of_estimate: Deferred,
}

impl Release {
    pub const NONE: Release = Release {
        redemption: Deferred::ZERO,
        breakage: Deferred::ZERO,
        change_of_estimate: Deferred::ZERO,
    };

    /// Revenue of the period; may be negative.
    pub fn total(&self) -> Deferred {
        self.redemption + self.breakage + self.change_of_estimate
    }

    /// Both together.
    pub fn plus(&self, other: &Release) -> Release {
        Release {
            redemption: self.redemption + other.redemption,
            breakage: self.breakage + other.breakage,
            change_of_estimate: self.change_of_estimate + other.change_of_estimate,
        }
    }
}

/// Revenue to date.
///
/// # Errors
/// If the standing makes no sense.
pub fn cumulative_revenue(price: Deferred, at: &Standing) -> Result<Deferred, MeasureError> {
    at.validate()?;
    not_negative("allocated price", price.value())?;
    Ok(Deferred::new(price.value() * at.earned_share()))
}

/// Liability: what of the allocated price is not revenue yet.
///
/// # Errors
/// As [`cumulative_revenue`].
pub fn liability(price: Deferred, at: &Standing) -> Result<Deferred, MeasureError> {
    Ok(price - cumulative_revenue(price, at)?)
}

/// The release of a period from `before` to `after`, of `issued` points with the locked price `price`, breakage
/// recognized in proportion to redemption.
///
/// # Errors
/// If a standing makes no sense or no points were issued.
pub fn release(
    price: Deferred,
    issued: f64,
    before: &Standing,
    after: &Standing,
) -> Result<Release, MeasureError> {
    before.validate()?;
    after.validate()?;
    positive("number of points issued", issued)?;
    let price = not_negative("allocated price", price.value())?;
    let step = after.redeemed - before.redeemed;
    if after.ultimate == 0.0 {
        // Nothing was or will be redeemed: what is earned at all is breakage.
        let earned = price * (after.earned_share() - before.earned_share());
        return Ok(Release {
            breakage: Deferred::new(earned),
            ..Release::NONE
        });
    }
    let catch_up = if before.ultimate > 0.0 {
        price * before.redeemed * (1.0 / after.ultimate - 1.0 / before.ultimate)
    } else {
        // Reinstated points of a vintage that was over.
        -price * before.earned_share()
    };
    Ok(Release {
        redemption: Deferred::new(price * step / issued),
        breakage: Deferred::new(price * step * (1.0 / after.ultimate - 1.0 / issued)),
        change_of_estimate: Deferred::new(catch_up),
    })
}

/// The release of a period where breakage is recognized only when exercise has become remote (IFRS 15 B46, last
/// sentence): redemption at the price of issue, breakage when points are `gone` (expired, forfeited, or judged remote).
/// Cumulative numbers of points at both ends. There is no estimate, hence no change of it.
///
/// # Errors
/// If a number is negative or no points were issued.
pub fn release_when_remote(
    price: Deferred,
    issued: f64,
    redeemed: [f64; 2],
    gone: [f64; 2],
) -> Result<Release, MeasureError> {
    positive("number of points issued", issued)?;
    not_negative("allocated price", price.value())?;
    for points in redeemed.iter().chain(&gone) {
        not_negative("cumulative number of points", *points)?;
    }
    not_negative("number of points left", issued - redeemed[1] - gone[1])?;
    Ok(Release {
        redemption: price * ((redeemed[1] - redeemed[0]) / issued),
        breakage: price * ((gone[1] - gone[0]) / issued),
        change_of_estimate: Deferred::ZERO,
    })
}

/// Variant for points held as one homogeneous pool, never the default: revenue = points redeemed × carrying amount ÷
/// expected future redemptions at the start of the period under the *new* estimate. A change of estimate is spread
/// over the future, so there is no catch-up; without a change it equals [`release`]. Example 52 is not this.
///
/// `opening` is the carrying amount the points redeemed in the period are drawn from (with what was deferred in the
/// period where such points can be redeemed in it). The whole amount is returned, undivided.
///
/// # Errors
/// If a number is negative, or more is redeemed than was expected.
pub fn prospective_release(
    opening: Deferred,
    redeemed_in_period: f64,
    expected_future: f64,
) -> Result<Deferred, MeasureError> {
    let opening = not_negative("opening carrying amount", opening.value())?;
    let step = not_negative(
        "number of points redeemed in the period",
        redeemed_in_period,
    )?;
    require(
        expected_future.is_finite() && expected_future >= step,
        "expected future redemption at the start of the period",
        expected_future,
        "at least what the period redeemed",
    )?;
    if step == 0.0 {
        return Ok(Deferred::ZERO);
    }
    Ok(Deferred::new(step * opening / expected_future))
}

/// Change of the liability if one more percentage point *of issued points* were expected to be redeemed:
/// TP · R · (1 ÷ U − 1 ÷ (U + 0.01 P)). Zero for a fresh vintage: breakage moves its future, not its balance.
///
/// # Errors
/// As [`cumulative_revenue`].
pub fn sensitivity_to_rate(
    price: Deferred,
    issued: f64,
    at: &Standing,
    change_of_rate: f64,
) -> Result<Deferred, MeasureError> {
    at.validate()?;
    positive("number of points issued", issued)?;
    require(
        change_of_rate.is_finite(),
        "change of the redemption rate",
        change_of_rate,
        "a finite number",
    )?;
    let moved = Standing {
        ultimate: at.ultimate + change_of_rate * issued,
        ..*at
    };
    Ok(liability(price, &moved)? - liability(price, at)?)
}
