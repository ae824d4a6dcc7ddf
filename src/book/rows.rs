//! A row of a ledger after it was checked.

use super::calendar::Day;

/// Most points of one row: sums over hundreds of millions of rows stay in 64 bits.
pub const MOST_POINTS: i64 = 10_000_000_000;
/// Most rows of a ledger.
pub const MOST_ROWS: u64 = 900_000_000;

/// Number of a name in a column that groups points, as of tiers or partners; 0 where the ledger states none.
pub type Group = u16;

/// What a row does. In this order within a day: what comes in can be used on the same day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    Earn,
    Transfer,
    Adjust,
    Redeem,
    Expire,
}

impl Kind {
    pub const ALL: [Kind; 5] = [
        Kind::Earn,
        Kind::Transfer,
        Kind::Adjust,
        Kind::Redeem,
        Kind::Expire,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Kind::Earn => "earn",
            Kind::Transfer => "transfer",
            Kind::Adjust => "adjust",
            Kind::Redeem => "redeem",
            Kind::Expire => "expire",
        }
    }

    pub fn parse(text: &[u8]) -> Option<Kind> {
        let known = |kind: &Kind| kind.name().as_bytes().eq_ignore_ascii_case(text);
        Kind::ALL.into_iter().find(known)
    }
}

/// One checked row, 40 bytes: ten million stay below half a gibibyte. `points` is the size of what `kind` does; its negative undoes it (a negative earn takes
/// back, a negative redeem is cancelled, a negative expire reinstates). Adjustments and transfers carry their own sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Hash of the member's identifier.
    pub member: u64,
    pub points: i64,
    pub day: Day,
    /// Date of issue of the lot it is about.
    pub lot: Option<Day>,
    pub line: u32,
    /// Number of the tier that the row states; 0 for none, or where tiers do not matter.
    pub tier: Group,
    /// The same of the partner.
    pub partner: Group,
    pub kind: Kind,
}

/// Puts the rows of one member in the order in which they happened. Where a day has rows of a kind and rows that undo them,
/// what undoes comes after what it undoes; on other days it comes in first, as of a day before.
pub fn in_order(rows: &mut [Row]) {
    rows.sort_unstable_by_key(Row::order);
    for day in rows.chunk_by_mut(|a, b| a.day == b.day) {
        let has_both = |kind: Kind| {
            let has = |undoes: bool| {
                day.iter()
                    .any(|row| row.kind == kind && row.undoes() == undoes)
            };
            has(true) && has(false)
        };
        let (redeem, expire) = (has_both(Kind::Redeem), has_both(Kind::Expire));
        if redeem || expire {
            day.sort_unstable_by_key(|row| {
                let of_this_day = match row.kind {
                    Kind::Redeem => redeem,
                    Kind::Expire => expire,
                    Kind::Earn | Kind::Transfer | Kind::Adjust => false,
                };
                let is_after = row.undoes() && of_this_day;
                (!row.comes_in() || is_after, row.kind, is_after, row.line)
            });
        }
    }
}

impl Row {
    /// The order of rows that do not undo one another: by member, day, and what comes in first.
    pub fn order(&self) -> (u64, Day, bool, Kind, u32) {
        let goes_out = !self.comes_in();
        (self.member, self.day, goes_out, self.kind, self.line)
    }

    /// Whether it cancels a redemption or brings back what ended.
    pub fn undoes(&self) -> bool {
        matches!(self.kind, Kind::Redeem | Kind::Expire) && self.points < 0
    }

    fn comes_in(&self) -> bool {
        match self.kind {
            Kind::Earn | Kind::Transfer | Kind::Adjust => self.points >= 0,
            Kind::Redeem | Kind::Expire => self.points < 0,
        }
    }

    /// What it does to the member's balance.
    pub fn effect(&self) -> i64 {
        match self.kind {
            Kind::Earn | Kind::Transfer | Kind::Adjust => self.points,
            Kind::Redeem | Kind::Expire => -self.points,
        }
    }
}

/// Hash of an identifier (FNV-1a and the finalizer of SplitMix64).
pub fn member_hash(id: &[u8]) -> u64 {
    let fold =
        |state: u64, byte: &u8| (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
    crate::random::address::mix(id.iter().fold(0xCBF2_9CE4_8422_2325, fold))
}
