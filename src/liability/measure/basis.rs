//! The basis of an amount and of a rate, in its type.
//!
//! A deferred revenue and a cost provision are different things in the same currency; adding them is the commonest way
//! to a meaningless number, so it does not compile:
//!
//! ```compile_fail
//! use fidelio::liability::measure::basis::{Deferred, Provision};
//! let mixed = Deferred::new(8676.0) + Provision::new(3000.0);
//! ```
//!
//! Likewise a rate of redemption says whether its base is the points issued or the points outstanding:
//!
//! ```compile_fail
//! use fidelio::liability::measure::basis::{OfIssued, OfOutstanding};
//! let conditional: OfOutstanding = OfIssued(0.95);
//! ```

use std::iter::Sum;
use std::marker::PhantomData;
use std::ops::{Add, AddAssign, Mul, Neg, Sub};

/// A measurement basis.
pub trait Basis: Copy {
    /// As printed beside every number.
    const NAME: &'static str;
}

/// Unsatisfied performance obligation at allocated selling price (IFRS 15 B39–B47, ASC 606-10-55-41 to 49).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub struct DeferredRevenue;

/// Expected future redemptions × expected cost per redeemed point, undiscounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub struct CostProvision;

impl Basis for DeferredRevenue {
    const NAME: &'static str = "deferred revenue";
}

impl Basis for CostProvision {
    const NAME: &'static str = "cost provision";
}

/// Money on one basis, major units of the currency, unrounded.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Amount<B: Basis> {
    value: f64,
    basis: PhantomData<B>,
}

/// Money at allocated selling price.
pub type Deferred = Amount<DeferredRevenue>;
/// Money at expected cost.
pub type Provision = Amount<CostProvision>;

impl<B: Basis> Amount<B> {
    pub const ZERO: Amount<B> = Amount::new(0.0);

    pub const fn new(value: f64) -> Amount<B> {
        Amount {
            value,
            basis: PhantomData,
        }
    }

    /// Major units of the currency.
    pub const fn value(self) -> f64 {
        self.value
    }

    /// The name of the basis.
    pub const fn basis(self) -> &'static str {
        B::NAME
    }
}

impl<B: Basis> Add for Amount<B> {
    type Output = Amount<B>;
    fn add(self, other: Amount<B>) -> Amount<B> {
        Amount::new(self.value + other.value)
    }
}

impl<B: Basis> AddAssign for Amount<B> {
    fn add_assign(&mut self, other: Amount<B>) {
        self.value += other.value;
    }
}

impl<B: Basis> Sub for Amount<B> {
    type Output = Amount<B>;
    fn sub(self, other: Amount<B>) -> Amount<B> {
        Amount::new(self.value - other.value)
    }
}

impl<B: Basis> Neg for Amount<B> {
    type Output = Amount<B>;
    fn neg(self) -> Amount<B> {
        Amount::new(-self.value)
    }
}

impl<B: Basis> Mul<f64> for Amount<B> {
    type Output = Amount<B>;
    fn mul(self, factor: f64) -> Amount<B> {
        Amount::new(self.value * factor)
    }
}

impl<B: Basis> Sum for Amount<B> {
    fn sum<I: Iterator<Item = Amount<B>>>(amounts: I) -> Amount<B> {
        amounts.fold(Amount::ZERO, Add::add)
    }
}

/// A share of the points issued (an ultimate redemption rate, a breakage rate).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct OfIssued(pub f64);

/// A share of the points outstanding (a conditional redemption rate).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct OfOutstanding(pub f64);

impl OfIssued {
    /// What is never redeemed, on the same base.
    pub fn complement(self) -> OfIssued {
        OfIssued(1.0 - self.0)
    }

    /// The conditional rate of what is outstanding: ρ = (U − R) ÷ O, with U = rate × issued. None where nothing is
    /// outstanding.
    pub fn conditional(
        self,
        issued: f64,
        redeemed: f64,
        outstanding: f64,
    ) -> Option<OfOutstanding> {
        (outstanding > 0.0).then(|| OfOutstanding((self.0 * issued - redeemed) / outstanding))
    }
}
