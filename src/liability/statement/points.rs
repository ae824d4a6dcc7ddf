//! Table A: the roll-forward of points. Every point that comes in goes out or is there.

use std::ops::{Add, Sub};

/// Points of one vintage, segment or currency in one period. Whole numbers from a ledger; a triangle may be in any unit.
/// Columns are sizes; the sign is the column's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PointsRow<T> {
    pub opening: T,
    pub issued_base: T,
    pub issued_bonus: T,
    /// Bought by members or by partners.
    pub purchased: T,
    /// In less out; zero over all members of a program, because a transfer is no redemption and no issue.
    pub transferred_net: T,
    /// Taken back with returned goods.
    pub clawed_back: T,
    pub redeemed: T,
    pub expired: T,
    /// Lost with closed accounts or to fraud.
    pub forfeited: T,
    pub reinstated: T,
    pub closing: T,
}

impl<T: Copy + Default + Add<Output = T> + Sub<Output = T>> PointsRow<T> {
    /// Sets the closing balance that the columns make.
    pub fn closed(self) -> PointsRow<T> {
        let closing = self.opening + self.movement();
        PointsRow { closing, ..self }
    }

    fn movement(&self) -> T {
        self.issued_base
            + self.issued_bonus
            + self.purchased
            + self.transferred_net
            + self.reinstated
            - self.clawed_back
            - self.redeemed
            - self.expired
            - self.forfeited
    }

    /// Opening + movements − closing: must be zero.
    pub fn check(&self) -> T {
        self.opening + self.movement() - self.closing
    }

    /// Column by column.
    pub fn plus(&self, other: &PointsRow<T>) -> PointsRow<T> {
        PointsRow {
            opening: self.opening + other.opening,
            issued_base: self.issued_base + other.issued_base,
            issued_bonus: self.issued_bonus + other.issued_bonus,
            purchased: self.purchased + other.purchased,
            transferred_net: self.transferred_net + other.transferred_net,
            clawed_back: self.clawed_back + other.clawed_back,
            redeemed: self.redeemed + other.redeemed,
            expired: self.expired + other.expired,
            forfeited: self.forfeited + other.forfeited,
            reinstated: self.reinstated + other.reinstated,
            closing: self.closing + other.closing,
        }
    }
}

/// Chains movements into a roll-forward: every row opens where the one before it closed.
pub fn roll_forward<T: Copy + Default + Add<Output = T> + Sub<Output = T>>(
    opening: T,
    movements: &[PointsRow<T>],
) -> Vec<PointsRow<T>> {
    let mut balance = opening;
    movements
        .iter()
        .map(|row| {
            let row = PointsRow {
                opening: balance,
                ..*row
            }
            .closed();
            balance = row.closing;
            row
        })
        .collect()
}
