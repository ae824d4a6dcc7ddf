//! The columns of the tallies: what the engine records, in simulated units, and nothing of what it means.
//!
//! Money is in minor units, sales are at full price with all dials of the basket at zero (ξ = 0) unless stated, points
//! are integers. *Delta* columns hold the change of a count at a month, so that a level is a prefix sum.

use serde::{Deserialize, Serialize};

macro_rules! columns {
    ($(#[$outer:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[repr(usize)]
        pub enum $name { $($(#[$doc])* $variant),+ }
        impl $name {
            /// All columns, in storage order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// How many columns there are.
            pub const COUNT: usize = Self::ALL.len();
        }
    };
}

columns! {
    /// Flows by world, stratum, batch and time. World 0 uses the columns of purchases, customers and arrivals only;
    /// there every purchase is *base* (an arrival in world 0 is world 0's own).
    Flow {
        // The hot ones share the first cache lines.
        PurchasesBase,
        SalesBase,
        /// Points earned on purchases (source base), counted vintages.
        PointsIssued,
        /// Part of `PointsIssued` earned on purchases labeled base: the subsidy.
        PointsIssuedOnBase,
        /// Month-end customers with a purchase in the trailing 12 months (what a company can observe): delta.
        BuyersDelta,
        PurchasesExtra,
        SalesExtra,
        PurchasesRetained,
        SalesRetained,
        /// Purchases of persons or times not in world 0.
        PurchasesArrival,
        SalesArrival,
        /// Base purchases of world 0 that did not happen: η < 0.
        PurchasesDropped,
        SalesDropped,
        /// Base purchases of world 0 after this world's leaving.
        PurchasesLost,
        SalesLost,
        /// Sum over all labels of amount·(e^ξ − 1), each rounded once.
        BasketGain,
        /// Customers alive at each month end (in truth, latent): delta. An opening customer adds 1 to row 0.
        CustomersDelta,
        Arrivals,
        /// Customers who left for good.
        Leavers,
        /// Cost of arrivals by channel.
        ArrivalCost,
        /// Expected sales after the horizon of those alive then, discounted to it, in its last month: a memo.
        LaterSales,
        /// Cost of serving customers by their tenure, month-0 prices, horizon months only.
        CostToServe,
        // Program worlds only from here.
        Enrolled,
        /// Members who gave up the card before their first reward.
        Abandoned,
        /// Month-end members with an earn or redemption in the trailing `active_months`: delta, horizon months only.
        ActiveMembersDelta,
        /// Bonus points (sign-up, multipliers of tiers and promotions), counted vintages.
        PointsBonus,
        /// Points of counted vintages.
        PointsRedeemed,
        PointsExpired,
        /// Of leavers under a policy that never expires them, at the row of leaving.
        PointsDormant,
        /// Visits at which points of the program's own lots were redeemed: each bears one handling cost.
        Redemptions,
        /// Face value of tenders taken off bills (the counted lots' share).
        Discount,
        /// Purchases displaced by own-good rewards: unpaid amount; its goods are saved.
        Displaced,
        /// Cost of goods of own-good rewards, at month-0 prices.
        CostOwnGood,
        /// Partners' invoices, at month-0 prices.
        CostExternal,
        /// Benefits of tiers, at month-0 prices, horizon months only.
        CostBenefits,
        // The opening book, outside NPV and ROI against none.
        OpeningRedeemed,
        /// Visits whose points all came from the opening book (no handling cost against none).
        OpeningRedemptions,
        OpeningExpired,
        OpeningDormant,
        /// Reward cost (discount, goods, invoices) of opening lots, month-0 prices, plus nothing else.
        OpeningCost,
        /// Displaced purchases of opening lots.
        OpeningDisplaced,
        /// Money and used vouchers of both sides of a referral; its points cost what they buy, when they buy it.
        ReferralFees,
    }
}

columns! {
    /// By world, stratum, batch and month of the horizon, only in a market of friends: who brought whom, and what was paid.
    /// An invitation is booked when it is made, a friend when he comes. What invited friends would have done without the
    /// invitation is told within the horizon: who would have come after it counts as one who would never have come.
    ReferralFlow {
        /// Customers who became ambassadors, each once.
        Ambassadors,
        Invitations,
        /// Friends by invitation who would never have come.
        FriendsNew,
        /// Those who would have come later.
        FriendsBroughtForward,
        /// Those who came when they would have come anyway.
        FriendsAnyway,
        /// Friends without an invitation.
        FriendsUnprompted,
        /// Friends of any kind who left for good: `Leavers` holds them too.
        FriendsLeft,
        /// Invitations accepted by the ambassador in disguise.
        SelfReferrals,
        /// Referrals for which the ambassador was rewarded.
        Rewarded,
        AmbassadorPoints,
        FriendPoints,
        /// Money and used vouchers, minor units.
        AmbassadorFees,
        FriendFees,
        /// Purchases of world 0 by friends who came at another time here, or not at all: the one at their arrival there, and
        /// those of a time before they came or after they left. Booked against arrivals.
        PurchasesMoved,
        SalesMoved,
        /// Person values (see `DecileFlow::Value`) of friends by invitation, at their arrival.
        InvitedValue,
        /// Others who arrived within the horizon, and their values.
        OtherArrivals,
        OtherValue,
    }
}

columns! {
    /// Points by program world, stratum, vintage and time.
    VintageFlow {
        /// At the row of the vintage's own month (row 0 for opening vintages).
        IssuedBase,
        IssuedBonus,
        Opening,
        Redeemed,
        Expired,
        Forfeited,
        Dormant,
        /// Tender face value, minor units.
        CostDiscount,
        /// Month-0 prices.
        CostOwnGood,
        CostExternal,
    }
}

columns! {
    /// By program world, stratum, reward of the program and time: the share of lots issued before the horizon, those of
    /// an opening book among them.
    RewardFlow { Redemptions, Points, Cost, Displaced }
}

columns! {
    /// By program world, stratum, batch and effect, over horizon months.
    EffectFlow {
        ExtraPurchases,
        ExtraSales,
        DroppedPurchases,
        DroppedSales,
        /// Base purchases that are in this world and not in world 0 because this effect kept the customer, minus those it
        /// is the other way round with: counted, the effects stacked one after another.
        KeptSales,
        BasketGain,
    }
}

columns! {
    /// By world, stratum and decile of *expected* world-0 value, over the horizon.
    DecileFlow {
        Customers,
        /// Person value: weighted flows, rounded once per person, minor units.
        Value,
        Sales,
        PointsIssued,
        PointsRedeemed,
        /// Discounts, goods and invoices of rewards.
        RewardCost,
        /// Person value minus the same person's value in world 0.
        ValueDifference,
    }
}

columns! {
    /// By program world, stratum and batch, over the horizon: what a naive comparison of members and others sees.
    NaiveFlow {
        /// Enrolled by the horizon.
        Members,
        /// Sales paid over the horizon by those.
        MemberSales,
        Others,
        OtherSales,
        /// Those of the others who visited at least once since launch.
        OtherVisitors,
        OtherVisitorSales,
    }
}

columns! {
    /// By program world and stratum: how often the caps bind, in 2⁻²⁰ months.
    CapFlow {
        /// Customer-months lived after launch, to the horizon.
        LiveMonths,
        /// Estimated by weighting each evaluation of the dial with the time it stands for.
        FrequencyBound,
        AttritionBound,
    }
}

columns! {
    /// Distributions kept as log-spaced histograms, by world, stratum and batch. See [`super::histogram`].
    Distribution {
        /// Value of a customer (as `DecileFlow::Value`).
        Value,
        /// Value minus the same customer's value in world 0 (program worlds only).
        Difference,
        /// Sales paid over the horizon, zero-buyers included.
        Sales,
    }
}

columns! {
    /// By program world, stratum, batch, month of the horizon and rank (0: members without a tier), in programs with tiers.
    TierFlow {
        /// Members at this rank at each month end, those who left without a word among them: delta.
        MembersDelta,
        /// Time spent at this rank, in 2⁻²⁰ months.
        MemberMonths,
        Visits,
        /// Benefits, at month-0 prices: together `Flow::CostBenefits`.
        BenefitCost,
        /// Out of this rank, at a purchase.
        Promotions,
        /// Reviews of this rank that took the tier away, and that confirmed it.
        Demotions,
        Requalifications,
        /// Points that multipliers added at this rank, those of promotions among them.
        BonusPoints,
    }
}

columns! {
    /// Members by what status did to them within the horizon; the groups overlap.
    StatusGroup {
        Members,
        EverPromoted,
        EverDemoted,
        /// Members who never held a tier.
        NeverElevated,
    }
}

columns! {
    /// By program world, stratum, batch and [`StatusGroup`].
    GroupFlow {
        Customers,
        /// Value of the members (as `DecileFlow::Value`).
        Value,
        /// Their value minus that of the same persons in world 0.
        ValueDifference,
    }
}

pub use crate::behavior::Effect;
