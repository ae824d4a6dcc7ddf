//! Promotions: points of purchases multiplied between two dates, beside the multiplier of a tier.

use crate::scenario::model::Promotion;

/// Thousandths by which a promotion multiplies points in `month`; 1000 where none is on.
#[inline]
pub fn permille_at(promotions: &[Promotion], month: i32) -> i64 {
    place_at(promotions, month)
        .and_then(|place| promotions.get(place))
        .map_or(1000, |promotion| promotion.earn_permille)
}

/// Which promotion is on in `month`.
#[inline]
pub fn place_at(promotions: &[Promotion], month: i32) -> Option<usize> {
    promotions
        .iter()
        .position(|promotion| (promotion.from_month..=promotion.through_month).contains(&month))
}

/// The last month up to which nothing changes that holds in `month`: a promotion ends with it, or the next begins after it.
pub fn unchanged_through(promotions: &[Promotion], month: i32) -> i32 {
    let edges = promotions
        .iter()
        .flat_map(|promotion| [promotion.from_month - 1, promotion.through_month]);
    edges
        .filter(|edge| *edge >= month)
        .min()
        .unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promotion_holds_from_its_first_to_its_last_month() {
        let promotion = |from_month, through_month, earn_permille| Promotion {
            name: "x".into(),
            from_month,
            through_month,
            earn_permille,
        };
        let promotions = [promotion(3, 4, 2000), promotion(5, 5, 3000)];
        let on: Vec<i64> = (2..7)
            .map(|month| permille_at(&promotions, month))
            .collect();
        assert_eq!(on, [1000, 2000, 2000, 3000, 1000]);
        let through: Vec<i32> = (2..7)
            .map(|month| unchanged_through(&promotions, month))
            .collect();
        assert_eq!(through, [2, 4, 4, 5, i32::MAX]);
        assert_eq!(permille_at(&[], 3), 1000);
    }
}
