//! Tiers as resolved: what qualifies, over which window, and what each tier grants.

use super::Expiry;
use serde::{Deserialize, Serialize};

/// Most tiers of one version.
pub const MAX_TIERS: usize = 8;

/// Longest rolling window, months.
pub const MAX_WINDOW: u32 = 36;

/// Longest validity beyond the window, months.
pub const MAX_VALIDITY: u32 = 36;

/// How tiers are earned in one program; the same in all its versions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Qualification {
    pub by: QualifyingUnit,
    pub window: QualifyingWindow,
    /// Whether who joins is credited with the purchases of the trailing window before joining.
    pub status_match: bool,
    /// How visible the treatment of the upper tiers is to the others, 0 to 1.
    pub visibility: f64,
}

/// What is added up towards a tier.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum QualifyingUnit {
    /// Minor units paid.
    Spend,
    /// Points earned on purchases, before any multiplier and without bonuses.
    Points,
    Visits,
    /// Standard deviations above the average customer, of a weighted sum of visits and spend. Thresholds are in
    /// millionths.
    Score {
        visits: f64,
        spend: f64,
    },
}

/// Over which months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QualifyingWindow {
    /// January to December; reviewed at the end of December.
    CalendarYear,
    /// The last `months` months, 1 to [`MAX_WINDOW`].
    Rolling { months: u32 },
}

impl QualifyingWindow {
    /// Length of the window, months.
    pub fn months(self) -> u32 {
        match self {
            QualifyingWindow::CalendarYear => 12,
            QualifyingWindow::Rolling { months } => months,
        }
    }
}

/// The tiers of one version; none in a program without tiers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ladder {
    /// Months a status lasts beyond the window it was earned in; a multiple of 12 for calendar years.
    pub validity_months: u32,
    /// Whether a review takes at most one tier away.
    pub soft_landing: bool,
    /// By increasing threshold; at most [`MAX_TIERS`].
    pub tiers: Vec<Tier>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tier {
    pub name: String,
    /// In the unit of qualification (minor units, points, visits, millionths of a standard deviation).
    pub threshold: i64,
    /// The tier is held for life once so much has been added up since joining.
    pub lifetime_threshold: Option<i64>,
    /// Thousandths by which points on purchases are multiplied: 1000 for once.
    pub earn_permille: i64,
    /// Takes the place of the version's expiry for members of this tier.
    pub expiry: Option<Expiry>,
    /// By name; those of the tiers below are granted too, unless one of the same name takes their place.
    pub benefits: Vec<Benefit>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Benefit {
    pub name: String,
    pub billed: Billing,
    /// Minor units at the prices of month 0, per member-month or per visit.
    pub cost: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Billing {
    PerMemberMonth,
    /// A use is a visit.
    PerUse,
}
