//! The resolved scenario: validated, with units, ready for the engine.
//!
//! The raw types ([`crate::scenario::raw`]) hold what the user wrote, with spans; these hold what it means.
//! Conventions: time is in **months** of 1/12 year counted from `start` (month 0), rates are per month, money is in
//! integer **minor units** of the currency, points are integers. Every number here has passed validation: finite,
//! inside its documented range, and small enough that no sum of a run can overflow.

mod goal;
mod opening;
mod promotion;
mod referral;
mod status_effects;
mod tenure;
mod tier;

pub use goal::*;
pub use opening::*;
pub use promotion::*;
pub use referral::*;
pub use status_effects::*;
pub use tenure::*;
pub use tier::*;

use serde::{Deserialize, Serialize};

/// A whole scenario: one market, and the programs that are compared with having none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    pub name: String,
    pub currency: Currency,
    pub start: CalendarMonth,
    /// Months lived under the programs, 1 to 600.
    pub horizon_months: u32,
    /// Annual discount rate, for example 0.08.
    pub discount_rate: f64,
    pub simulation: Simulation,
    pub market: Market,
    pub segments: Vec<Segment>,
    pub behavior: Behavior,
    pub programs: Vec<Program>,
    #[serde(default)]
    pub goal: Goal,
    /// Every number that was written as a distribution, with the mean that stands for it in a best-estimate run.
    pub assumptions: Vec<Assumption>,
    /// Paths of keys that were written and cannot change anything ([`crate::scenario::unbound`]).
    #[serde(default)]
    pub unbound: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Currency {
    /// ISO 4217 code, three capital letters.
    pub code: String,
    /// Decimal digits of the minor unit: 2 for EUR, 0 for JPY.
    pub digits: u32,
}

impl Currency {
    /// Minor units in one major unit (100 for EUR).
    pub fn minor_per_major(&self) -> i64 {
        10i64.pow(self.digits)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarMonth {
    pub year: i32,
    /// 1 (January) to 12.
    pub month: u32,
}

impl CalendarMonth {
    /// The calendar month `months` after this one (before it where negative).
    pub fn plus(self, months: i64) -> CalendarMonth {
        let total = i64::from(self.year) * 12 + i64::from(self.month) - 1 + months;
        CalendarMonth {
            year: total.div_euclid(12) as i32,
            month: total.rem_euclid(12) as u32 + 1,
        }
    }
}

impl std::fmt::Display for CalendarMonth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Simulation {
    /// Simulated customers, opening plus arriving, over all replications.
    pub customers: u64,
    /// Independent repetitions; with two or more, the replications are the batches of every standard error.
    pub replications: u32,
    pub seed: u64,
    /// Months the opening base lives before month 0, without program, counted in no total.
    pub warm_up_months: u32,
    pub run_off: RunOff,
    /// Longest run-off after the horizon, in years.
    pub run_off_years: u32,
    /// Whether world 0 (no program) is lived. Off only for measuring the engine: without it nothing economic is reported.
    pub baseline: bool,
    /// Whether each program's skeptic's world (same grants, all dials zero) is lived.
    pub skeptic: bool,
    /// Whether the margin of customers kept is told beyond the horizon, as a memo beside the net value.
    pub later_margin: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunOff {
    /// Members go on buying, earning and redeeming after the horizon; only points issued before it are counted.
    GoingConcern,
    /// Earning stops at the horizon.
    Closed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Market {
    /// Customers alive at month 0, at market scale.
    pub customers: u64,
    /// Ages of the opening base are those of a constant inflow truncated here; `None` where the base is empty or
    /// attrition has no memory.
    pub company_age_months: Option<f64>,
    /// Inflow without unprompted friends, at market scale.
    pub arrivals_per_year: f64,
    /// Growth of every customer's purchase rate per year (0.02 = +2 %), constant inside a month, frozen after the horizon.
    pub trend_per_year: f64,
    /// Multipliers of the purchase rate by calendar month, January first, mean 1.
    pub seasonality: [f64; 12],
    /// At least one; shares add to 1.
    pub channels: Vec<Channel>,
    /// Arrivals listed by day (day 0 = first day of `start`; an arrival is at day / 365 years exactly). When not
    /// empty, `arrivals_per_year` is 0 and these are the only arrivals.
    pub entries: Vec<Entry>,
    #[serde(default)]
    pub word_of_mouth: WordOfMouth,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    pub name: String,
    /// Share of arrivals.
    pub share: f64,
    /// Cost of one arrival in minor units, the same in every world.
    pub arrival_cost: i64,
    /// Multiplier of the purchase rate of those who arrive here (quality of the channel).
    pub rate_factor: f64,
    /// Multiplier of their hazard of leaving (not read under `bg`).
    pub attrition_factor: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub day: u32,
    pub count: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    pub name: String,
    /// Share of the opening base and of arrivals.
    pub share: f64,
    /// Mean purchases per month.
    pub rate_mean: f64,
    /// Shape of the gamma across customers; `None`: everyone buys at the mean rate.
    pub rate_shape: Option<f64>,
    pub lifetime: Lifetime,
    pub basket: Basket,
    /// Gross margin as a share of the price.
    pub margin_rate: f64,
    pub correlation: Correlation,
    #[serde(default)]
    pub tenure: TenureCurves,
}

/// Law of leaving. Hazards are per month.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Lifetime {
    /// Nobody leaves.
    Never,
    /// The same hazard for everyone.
    Constant { hazard: f64 },
    /// Hazard ~ Gamma(shape, rate = `scale_months`) across customers (Schmittlein, Morrison & Colombo 1987).
    Pareto { shape: f64, scale_months: f64 },
    /// Monthly probability p ~ Beta(a, b), hazard −ln(1 − p) inside each month.
    BetaMonthly { a: f64, b: f64 },
    /// A coin p ~ Beta(a, b) after each repeat purchase (Fader, Hardie & Lee 2005). Unsuitable under intervention:
    /// it halves every frequency effect. Arrivals only.
    Bg { a: f64, b: f64 },
}

/// Money of one purchase: the customer's mean times a within-customer factor of mean 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Basket {
    /// Population mean in minor units.
    pub mean: f64,
    pub between: Between,
    pub within: Within,
}

/// Law of a customer's mean basket across customers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Between {
    Constant,
    /// Coefficient of variation > 0.
    Lognormal {
        cv: f64,
    },
    /// Inverse gamma of this shape (> 1), the customer part of the gamma-gamma model (Fader & Hardie 2013).
    InverseGamma {
        shape: f64,
    },
}

/// Law of the factor of one purchase around the customer's mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Within {
    Constant,
    Lognormal {
        cv: f64,
    },
    /// Gamma of this shape (cv = 1/√shape).
    Gamma {
        shape: f64,
    },
}

/// Gaussian copula between a customer's normal scores; the matrix is positive definite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    /// Purchase rate with hazard of leaving.
    pub rate_attrition: f64,
    /// Purchase rate with mean basket.
    pub rate_basket: f64,
    /// Hazard of leaving with mean basket.
    pub attrition_basket: f64,
}

/// The dials' parameters, shared by all programs of a scenario. Defaults, ranges, grades and sources are in
/// [`crate::scenario::evidence`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Behavior {
    /// Multiplies every dial (η, ζ, ξ) of every effect, and the chance that an invitation moves a friend; 1 as assumed, 0 the
    /// skeptic's. Key `effect_multiplier`.
    pub effect_multiplier: f64,
    /// Bounds of exp(Ση): purchase-rate multiplier, for example [0.5, 2.0].
    pub frequency_cap: [f64; 2],
    /// Bounds of exp(Σζ): hazard ratio, for example [0.3, 3.0].
    pub attrition_cap: [f64; 2],
    pub stated_lift: StatedLift,
    pub membership: Membership,
    pub points_pressure: PointsPressure,
    pub rewarded_behavior: RewardedBehavior,
    pub endowed_progress: EndowedProgress,
    pub expiry_pressure: ExpiryPressure,
    pub novelty: Novelty,
    pub redemption: Redemption,
    pub tier_pressure: TierPressure,
    pub demotion_fear: DemotionFear,
    pub status: StatusEffect,
    pub demotion: DemotionEffect,
    pub bystander: BystanderEffect,
    pub referred: ReferredEffect,
    pub recommending: RecommendingEffect,
}

/// A lift the user states from own evidence (an A/B test), constant in time. All zero by default.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatedLift {
    /// Multiplies the purchase rate: 0.02 = +2 %; may be negative. η = ln(1 + frequency).
    pub frequency: f64,
    /// Multiplies the hazard of leaving; 1 = no effect. ζ = ln(hazard_ratio).
    pub hazard_ratio: f64,
    /// Multiplies the basket: 0.01 = +1 %. ξ = ln(1 + basket).
    pub basket: f64,
    pub who: Who,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// Everybody, from the program's launch, enrolled or not.
    Everyone,
    Members,
}

/// ζ = ln(hazard_ratio) while enrolled and active.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Membership {
    pub hazard_ratio: f64,
    /// Active = an earn of at least one point or a redemption in the trailing this many months (12).
    pub active_months: f64,
}

/// η = g·w·(1 − d) towards the next liked reward; g by the kind of that reward.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointsPressure {
    pub tender: f64,
    pub own_good: f64,
    pub external: f64,
}

/// η = lift·e^(−Δt/decay) after a redemption.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RewardedBehavior {
    pub lift: f64,
    pub decay_months: f64,
}

/// Multiplies the hazard of abandoning the card before the first reward when the program gives a sign-up credit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndowedProgress {
    pub hazard_ratio: f64,
}

/// η = lift while points worth at least `min_value` expire within `window_months`; after an actual expiry ζ = `regret`
/// for `regret_months`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpiryPressure {
    pub lift: f64,
    pub window_months: f64,
    /// Minor units, at the face value per point of the best reward.
    pub min_value: i64,
    /// Share of customers whose purchases are flexible (the others have lift 0).
    pub flexible_share: f64,
    pub regret: f64,
    pub regret_months: f64,
}

/// The sum of positive membership effects on frequency is multiplied by floor + (1 − floor)·2^(−a/half_life).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Novelty {
    /// Months since joining at which the fading part has halved; infinite when switched off (`floor` = 1).
    pub half_life_months: f64,
    pub floor: f64,
}

/// P(redeem | visit, balance B ≥ cheapest) = σ(slope·(ln B − ln τ) − reluctance), τ lognormal across customers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Redemption {
    pub slope: f64,
    /// Median of τ, in multiples of the cheapest reward's points.
    pub threshold_rewards: f64,
    /// Standard deviation of ln τ.
    pub threshold_sigma: f64,
    /// c in the formula; 0 makes τ the balance at which half redeem.
    pub reluctance: f64,
    /// π₀: share of customers who never redeem.
    pub never_share: f64,
    /// P is multiplied by 1 + this when points worth at least `expiry_pressure.min_value` expire within the window.
    pub expiry_boost: f64,
    /// Weight of face value per point in the choice among rewards, per standard Gumbel taste.
    pub value_weight: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Program {
    pub name: String,
    pub kind: ProgramKind,
    /// Month of launch relative to `start`: 0 = at start; negative only with an opening book.
    pub launch_month: i32,
    pub enrollment: Enrollment,
    /// Share by which the arrivals of every segment rise from the launch on. In [0, 0.5].
    #[serde(default)]
    pub arrival_lift: f64,
    /// Dated rules, first one from `launch_month`, in increasing `from_month`; never empty.
    pub versions: Vec<Version>,
    pub cost: ProgramCost,
    pub opening: Option<OpeningBook>,
    /// How tiers are earned; `None` where no version has any.
    #[serde(default)]
    pub qualification: Option<Qualification>,
    #[serde(default)]
    pub referral: Option<Referral>,
    /// By their dates.
    #[serde(default)]
    pub promotions: Vec<Promotion>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProgramKind {
    Transactional,
    /// Status with tiers, with or without rewards for points.
    Tiered,
    /// Referral, with or without rewards for points.
    Ambassador,
}

/// Enrolls at the first visit at which e₀(λ/λ̄)^selection·(1 − 2^(−t/half_time)) ≥ Exp(1).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enrollment {
    /// Share enrolled as t → ∞, over the opening base (over arrivals where there is none). In (0, 1].
    pub ceiling: f64,
    /// 0: everyone who ever would is willing at launch.
    pub half_time_months: f64,
    pub selection: f64,
    /// Probability of abandoning the card after each earning visit before the first redemption (0: never).
    pub abandonment_per_visit: f64,
}

/// One dated set of rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// First month under these rules, relative to `start`.
    pub from_month: i32,
    /// Month from which behavior can see them coming; at most `from_month`.
    pub announced_month: i32,
    pub earn: Earn,
    pub expiry: Expiry,
    /// Sorted by points, then name; 1 to 16, none where status is all a program grants.
    pub rewards: Vec<Reward>,
    /// Empty in a program without tiers.
    #[serde(default)]
    pub ladder: Ladder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earn {
    /// Points per minor unit paid, as a reduced fraction: points = round(paid·num / den).
    pub points_num: i64,
    pub points_den: i64,
    pub rounding: Rounding,
    pub cap_per_visit: Option<i64>,
    pub cap_per_month: Option<i64>,
    /// Points granted at enrollment.
    pub sign_up_bonus: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rounding {
    Floor,
    /// Half up.
    Nearest,
    Ceil,
}

/// When a point ends unredeemed. A lot of month m with term k expires at the end of month m + k.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expiry {
    Never,
    FixedTerm {
        months: u32,
    },
    /// The whole balance, at the first month end with no earn or redemption in the last `months` months.
    Inactivity {
        months: u32,
    },
    /// At the end of December of the year of issue + `years`.
    Calendar {
        years: u32,
        /// Months from month 0 to the first December, 0 to 11.
        first_december: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reward {
    pub name: String,
    pub kind: RewardKind,
    pub points: i64,
    /// What the customer sees, minor units. For a tender also what it takes off the bill.
    pub face_value: i64,
    /// Cost of goods (`OwnGood`) or partner's invoice (`External`) per unit, minor units; 0 for a tender, whose cost
    /// is the discount.
    pub unit_cost: i64,
    /// Share of min(face value, amount to pay) that replaces a paid purchase (`OwnGood` only).
    pub displacement: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RewardKind {
    Tender,
    OwnGood,
    External,
}

/// Running costs, minor units at month-0 prices, market scale where per program.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgramCost {
    pub setup: i64,
    pub per_month: i64,
    pub per_active_member_per_year: f64,
    pub per_redemption: f64,
    /// Applies to all running costs and to unit costs of rewards, not to setup or to a tender's face value.
    pub inflation_per_year: f64,
}

/// A number written as a distribution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assumption {
    /// Path through names, for example `program.Points.earn.points_per_currency`.
    pub path: String,
    /// As written, for example `normal(0.28, 0.02)`.
    pub law: String,
    /// Mean of the law, in the unit of the key: what this run used.
    pub mean: f64,
    pub source: Option<String>,
}
