//! Points multiplied between two dates.

use super::{Program, Version};
use serde::{Deserialize, Serialize};

/// A promotion; those of one program do not overlap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    pub name: String,
    /// First month, relative to `start`.
    pub from_month: i32,
    /// Last month.
    pub through_month: i32,
    /// Thousandths by which points on purchases are multiplied.
    pub earn_permille: i64,
}

impl Program {
    /// Most points per minor unit paid that any member can earn under a version: highest tier and largest promotion.
    pub fn most_points_per_minor(&self, version: &Version) -> f64 {
        let tiers = version.ladder.tiers.iter().map(|tier| tier.earn_permille);
        let promotions = self.promotions.iter().map(|p| p.earn_permille);
        let (tier, promotion) = (tiers.fold(1000, i64::max), promotions.fold(1000, i64::max));
        let plain = version.earn.points_num as f64 / version.earn.points_den as f64;
        plain * (tier * promotion) as f64 / 1e6
    }
}
