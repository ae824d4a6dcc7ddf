//! What the ambassadors of a referral program brought, and what each side was paid.

use super::lines::{Line, flows_of, sum_flows, sum_referral};
use super::program::{Lived, PROGRAM, Subject};
use super::scale::{Market, Sample};
use crate::engine::flow::{Flow, ReferralFlow};
use crate::engine::tally::StratumKind;
use crate::results::{FriendsByKind, GenerationRow, Number, ReferralResults, Series, Unit};

const DIFFERENCE: &str = "program - world_0";
const BY_INVITATION: &str = "friends who came by invitation";
/// Friends by invitation.
const INVITED: [ReferralFlow; 3] = [
    ReferralFlow::FriendsNew,
    ReferralFlow::FriendsBroughtForward,
    ReferralFlow::FriendsAnyway,
];

/// Estimate of the sum of some flows between friends over some months.
fn sum_of(
    market: &Market,
    world: usize,
    months: std::ops::Range<usize>,
    flows: &[ReferralFlow],
) -> Sample {
    market.sample(|s, b| {
        let of = |flow| sum_referral(market, (world, s, b), months.clone(), flow);
        flows.iter().map(|flow| of(*flow)).sum()
    })
}

/// Friends of any kind and generation who came within the horizon.
fn friends(market: &Market, world: usize) -> Sample {
    let months = 0..market.tally.layout.months;
    let invited = sum_of(market, world, months.clone(), &INVITED);
    invited.plus(&sum_of(
        market,
        world,
        months,
        &[ReferralFlow::FriendsUnprompted],
    ))
}

/// Customers of a world nobody brought.
fn roots(market: &Market, world: usize) -> Sample {
    let months = || 0..market.tally.layout.months;
    market.sample(|s, b| match market.kind(s) {
        StratumKind::Past => 0.0,
        StratumKind::Opening | StratumKind::Arriving => market.tally.families.get(&[s, b]) as f64,
        // Those of them who came, friends apart.
        StratumKind::Attracted => {
            let at = (world, s, b);
            let brought = INVITED.iter().chain(&[ReferralFlow::FriendsUnprompted]);
            let brought = brought.map(|flow| sum_referral(market, at, months(), *flow));
            sum_flows(market, at, months(), &[Flow::Arrivals]) - brought.sum::<f64>()
        }
    })
}

/// The numbers of one program, written with its units and windows.
struct Told<'a, 'b> {
    subject: &'a Subject<'b>,
    market: &'a Market<'b>,
    window: String,
}

impl Told<'_, '_> {
    fn sum(&self, flows: &[ReferralFlow]) -> Sample {
        let months = 0..self.market.tally.layout.months;
        sum_of(self.market, self.subject.world, months, flows)
    }

    fn number(&self, sample: &Sample, unit: Unit, base: &str) -> Number {
        self.in_world(Some(sample), unit, PROGRAM, base)
    }

    /// Without a value where there is nothing to divide by.
    fn in_world(&self, sample: Option<&Sample>, unit: Unit, world: &str, base: &str) -> Number {
        let at = (world, self.window.as_str());
        let writer = self.subject.writer;
        writer.maybe("", sample, unit, at, base, "undefined").number
    }

    /// Expected cost of redeeming a point of this program, minor units; its errors are those of the points.
    fn cost_per_point(&self) -> f64 {
        let lines = [Line::Discounts, Line::RewardGoods, Line::RewardPartners];
        let cash = self.subject.cash;
        let cost = 0.0 - cash.present(&lines, cash.rows(), |_| 1.0).total;
        let months = 0..self.market.tally.layout.months;
        let flows = [Flow::PointsIssued, Flow::PointsBonus];
        let points = flows_of(self.market, self.subject.world, months, &flows).total;
        if points > 0.0 { cost / points } else { 0.0 }
    }

    /// Both sides' rewards at cost.
    fn fees(&self, money: ReferralFlow, points: ReferralFlow) -> Sample {
        let points = self.sum(&[points]).times(self.cost_per_point());
        self.sum(&[money]).plus(&points)
    }

    fn by_kind(&self, baseline: Option<&Lived>) -> FriendsByKind {
        let of = |flow| self.number(&self.sum(&[flow]), Unit::Customers, "");
        let organic = baseline.map(|lived| friends(self.market, lived.world));
        FriendsByKind {
            new: of(ReferralFlow::FriendsNew),
            brought_forward: of(ReferralFlow::FriendsBroughtForward),
            would_have_come: of(ReferralFlow::FriendsAnyway),
            unprompted: of(ReferralFlow::FriendsUnprompted),
            organic_world_0: self.in_world(organic.as_ref(), Unit::Customers, "world_0", ""),
        }
    }

    fn generations(&self, baseline: Option<&Lived>) -> Vec<GenerationRow> {
        let tally = self.market.tally;
        let people = |world: usize, generation: usize| {
            let of = |s| tally.generations.get(&[world, s, generation]) as f64;
            self.market.total(of)
        };
        let mut rows: Vec<GenerationRow> = (0..tally.layout.generations())
            .map(|generation| GenerationRow {
                generation: generation as u32,
                customers: people(self.subject.world, generation),
                customers_world_0: baseline.map_or(0.0, |lived| people(lived.world, generation)),
            })
            .collect();
        let last = rows
            .iter()
            .rposition(|row| row.customers > 0.0 || row.customers_world_0 > 0.0);
        rows.truncate(last.map_or(0, |last| last + 1));
        rows
    }

    fn monthly(&self) -> Vec<Series> {
        let writer = self.subject.writer;
        let by_month = |flows: &[ReferralFlow]| -> Vec<Sample> {
            let months = 0..writer.months();
            let of = |m| sum_of(self.market, self.subject.world, m..m + 1, flows);
            months.map(of).collect()
        };
        let count =
            |code: &str, flow| writer.series(code, &by_month(&[flow]), Unit::Count, PROGRAM);
        let cost = self.cost_per_point();
        let money = by_month(&[ReferralFlow::AmbassadorFees, ReferralFlow::FriendFees]);
        let points = by_month(&[ReferralFlow::AmbassadorPoints, ReferralFlow::FriendPoints]);
        let paid: Vec<Sample> = money
            .iter()
            .zip(&points)
            .map(|(money, points)| money.plus(&points.times(cost)))
            .collect();
        vec![
            count("invitations", ReferralFlow::Invitations),
            count("friends_new", ReferralFlow::FriendsNew),
            count(
                "friends_brought_forward",
                ReferralFlow::FriendsBroughtForward,
            ),
            count("friends_would_have_come", ReferralFlow::FriendsAnyway),
            count("friends_unprompted", ReferralFlow::FriendsUnprompted),
            count("self_referrals", ReferralFlow::SelfReferrals),
            writer.series("rewards_paid", &paid, Unit::Money, PROGRAM),
        ]
    }
}

/// What both sides were paid, and for how many.
struct Paid {
    to_ambassadors: Number,
    to_friends: Number,
    per_friend: Number,
    net_new: Number,
    per_net_new: Number,
}

impl Told<'_, '_> {
    fn maybe(&self, sample: Option<Sample>, unit: Unit, world: &str, base: &str) -> Number {
        self.in_world(sample.as_ref(), unit, world, base)
    }

    fn count(&self, flow: ReferralFlow, base: &str) -> Number {
        self.number(&self.sum(&[flow]), Unit::Count, base)
    }

    fn paid(&self, organic: Option<&Sample>) -> Paid {
        use ReferralFlow::*;
        let ambassadors = self.fees(AmbassadorFees, AmbassadorPoints);
        let welcome = self.fees(FriendFees, FriendPoints);
        let fees = ambassadors.plus(&welcome);
        let here = friends(self.market, self.subject.world);
        let net_new = organic.map(|organic| here.minus(organic));
        // Where more friends stayed away than came there is no price.
        let gained = net_new.as_ref().filter(|net| net.total > 0.0);
        let per_net_new = gained.and_then(|net| fees.over(net));
        let per_friend = fees.over(&self.sum(&INVITED));
        Paid {
            to_ambassadors: self.number(&ambassadors, Unit::Money, ""),
            to_friends: self.number(&welcome, Unit::Money, ""),
            per_friend: self.maybe(per_friend, Unit::Money, PROGRAM, BY_INVITATION),
            per_net_new: self.maybe(per_net_new, Unit::Money, DIFFERENCE, "net new customers"),
            net_new: self.maybe(net_new, Unit::Customers, DIFFERENCE, ""),
        }
    }

    /// Mean people of a family with the friends of a world, given by its place.
    fn family_size(&self, friends: Option<(&Sample, usize)>, world: &str) -> Number {
        let one = Sample::constant(1.0, self.market.batches);
        let mean = friends.and_then(|(friends, at)| friends.over(&roots(self.market, at)));
        let size = mean.map(|mean| mean.plus(&one));
        self.maybe(size, Unit::Count, world, "families")
    }

    /// Value per head of friends by invitation, of other arrivals, and the difference.
    fn values(&self) -> [Number; 3] {
        use ReferralFlow::*;
        let friend = self.sum(&[InvitedValue]).over(&self.sum(&INVITED));
        let other = self.sum(&[OtherValue]).over(&self.sum(&[OtherArrivals]));
        let both = friend.as_ref().zip(other.as_ref());
        let difference = both.map(|(friend, other)| friend.minus(other));
        [
            self.maybe(friend, Unit::Money, PROGRAM, BY_INVITATION),
            self.maybe(other, Unit::Money, PROGRAM, "other arrivals"),
            self.maybe(difference, Unit::Money, PROGRAM, ""),
        ]
    }
}

impl Subject<'_> {
    /// What a referral program did; none for another.
    pub(super) fn referral(&self, baseline: Option<&Lived>) -> Option<ReferralResults> {
        use ReferralFlow::*;
        self.program.referral.as_ref()?;
        let market = self.writer.market;
        let told = Told {
            subject: self,
            market,
            window: self.writer.horizon(),
        };
        let ambassadors = told.sum(&[Ambassadors]);
        let conversions = told.sum(&INVITED).plus(&told.sum(&[SelfReferrals]));
        let points = |flow| told.number(&told.sum(&[flow]), Unit::Points, "");
        let here = friends(market, self.world);
        let organic = baseline.map(|lived| friends(market, lived.world));
        let paid = told.paid(organic.as_ref());
        let of_world_0 = organic.as_ref().zip(baseline.map(|lived| lived.world));
        let reproduction = of_world_0.and_then(|(o, world)| o.over(&roots(market, world).plus(o)));
        let k_factor = told.sum(&[FriendsNew]).over(&ambassadors);
        let [value_per_friend, value_per_other, value_difference] = told.values();
        Some(ReferralResults {
            ambassadors: told.number(&ambassadors, Unit::Customers, ""),
            invitations: told.count(Invitations, ""),
            conversions: told.number(&conversions, Unit::Count, "invitations"),
            friends: told.by_kind(baseline),
            self_referrals: told.count(SelfReferrals, ""),
            rewarded: told.count(Rewarded, "conversions"),
            paid_to_ambassadors: paid.to_ambassadors,
            paid_to_friends: paid.to_friends,
            points_to_ambassadors: points(AmbassadorPoints),
            points_to_friends: points(FriendPoints),
            fee_per_friend: paid.per_friend,
            fee_per_net_new: paid.per_net_new,
            net_new: paid.net_new,
            k_factor: told.maybe(k_factor, Unit::Ratio, PROGRAM, "ambassadors"),
            organic_r0: told.maybe(reproduction, Unit::Ratio, "world_0", "customers"),
            generations: told.generations(baseline),
            family_size: told.family_size(Some((&here, self.world)), PROGRAM),
            family_size_world_0: told.family_size(of_world_0, "world_0"),
            value_per_friend,
            value_per_other,
            value_difference,
            monthly: told.monthly(),
        })
    }
}
