//! A market small enough to be worked out on paper: two strata, two batches, two months and one year of run-off.
//!
//! Stratum 0 (segment "A", margin 25 %) has 2 + 2 opening families that stand for 400; stratum 1 (segment "B", margin
//! 50 %) has 2 + 1 arriving families that stand for 30. Money is in cents.

use super::weights::value_weights;
use crate::engine::flow::*;
use crate::engine::histogram::bin_of;
use crate::engine::tally::*;
use crate::scenario::model::*;

pub(crate) const NONE: usize = 0;
pub(crate) const PROGRAM: usize = 1;
pub(crate) const SKEPTIC: usize = 2;

fn segment(name: &str, margin_rate: f64) -> Segment {
    Segment {
        name: name.into(),
        share: 0.5,
        rate_mean: 1.0,
        rate_shape: None,
        lifetime: Lifetime::Never,
        basket: Basket {
            mean: 1000.0,
            between: Between::Constant,
            within: Within::Constant,
        },
        margin_rate,
        correlation: Correlation::default(),
        tenure: TenureCurves::default(),
    }
}

fn reward(name: &str, kind: RewardKind, points: i64) -> Reward {
    Reward {
        name: name.into(),
        kind,
        points,
        face_value: 500,
        unit_cost: 150,
        displacement: 1.0,
    }
}

fn behavior() -> Behavior {
    Behavior {
        effect_multiplier: 1.0,
        frequency_cap: [0.5, 2.0],
        attrition_cap: [0.3, 3.0],
        stated_lift: StatedLift {
            frequency: 0.0,
            hazard_ratio: 1.0,
            basket: 0.0,
            who: Who::Everyone,
        },
        membership: Membership {
            hazard_ratio: 0.95,
            active_months: 12.0,
        },
        points_pressure: PointsPressure {
            tender: 0.0,
            own_good: 0.3,
            external: 0.3,
        },
        rewarded_behavior: RewardedBehavior {
            lift: 0.06,
            decay_months: 2.0,
        },
        endowed_progress: EndowedProgress { hazard_ratio: 0.65 },
        expiry_pressure: ExpiryPressure {
            lift: 0.0,
            window_months: 2.0,
            min_value: 500,
            flexible_share: 0.3,
            regret: 0.0,
            regret_months: 6.0,
        },
        novelty: Novelty {
            half_life_months: 7.5,
            floor: 0.3,
        },
        redemption: Redemption {
            slope: 2.0,
            threshold_rewards: 1.5,
            threshold_sigma: 0.5,
            reluctance: 0.0,
            never_share: 0.1,
            expiry_boost: 0.0,
            value_weight: 1.0,
        },
        tier_pressure: TierPressure {
            strength: 0.0,
            reach_months: 3.0,
            deadline_months: 3.0,
        },
        demotion_fear: DemotionFear { strength: 0.0 },
        status: StatusEffect {
            frequency: [0.0; 3],
            attrition: [0.0; 3],
        },
        demotion: DemotionEffect {
            aversion: 2.0,
            months: 9.0,
        },
        bystander: BystanderEffect { drop: 0.0 },
        referred: ReferredEffect {
            hazard_ratio: 1.0,
            basket_premium: 0.0,
            premium_decay_months: 12.0,
        },
        recommending: RecommendingEffect {
            hazard_ratio: 1.0,
            months: 12.0,
        },
    }
}

fn program() -> Program {
    Program {
        name: "Points".into(),
        kind: ProgramKind::Transactional,
        launch_month: 0,
        arrival_lift: 0.0,
        enrollment: Enrollment {
            ceiling: 0.6,
            half_time_months: 6.0,
            selection: 0.7,
            abandonment_per_visit: 0.0,
        },
        versions: vec![Version {
            from_month: 0,
            announced_month: 0,
            earn: Earn {
                points_num: 1,
                points_den: 100,
                rounding: Rounding::Floor,
                cap_per_visit: None,
                cap_per_month: None,
                sign_up_bonus: 20,
            },
            expiry: Expiry::Never,
            rewards: vec![
                reward("Mug", RewardKind::OwnGood, 50),
                reward("Voucher", RewardKind::Tender, 100),
            ],
            ladder: Ladder::default(),
        }],
        cost: ProgramCost {
            setup: 1000,
            per_month: 300,
            per_active_member_per_year: 120.0,
            per_redemption: 50.0,
            inflation_per_year: 0.0,
        },
        opening: None,
        qualification: None,
        referral: None,
        promotions: Vec::new(),
    }
}

pub(crate) fn scenario() -> Scenario {
    Scenario {
        name: "On paper".into(),
        currency: Currency {
            code: "EUR".into(),
            digits: 2,
        },
        start: CalendarMonth {
            year: 2027,
            month: 1,
        },
        horizon_months: 2,
        discount_rate: 0.0,
        simulation: Simulation {
            customers: 7,
            replications: 1,
            seed: 7,
            warm_up_months: 0,
            run_off: RunOff::GoingConcern,
            run_off_years: 1,
            baseline: true,
            skeptic: true,
            later_margin: false,
        },
        market: Market {
            customers: 400,
            company_age_months: None,
            arrivals_per_year: 180.0,
            trend_per_year: 0.0,
            seasonality: [1.0; 12],
            channels: vec![Channel {
                name: "all".into(),
                share: 1.0,
                arrival_cost: 500,
                rate_factor: 1.0,
                attrition_factor: 1.0,
            }],
            entries: Vec::new(),
            word_of_mouth: WordOfMouth::default(),
        },
        segments: vec![segment("A", 0.25), segment("B", 0.5)],
        behavior: behavior(),
        programs: vec![program()],
        goal: Goal::default(),
        assumptions: Vec::new(),
        unbound: Vec::new(),
    }
}

fn layout(opening_vintages: usize) -> Layout {
    let stratum = |segment, kind, stated, simulated| Stratum {
        segment,
        kind,
        stated,
        simulated,
    };
    Layout {
        worlds: vec![World::None, World::Program(0), World::Skeptic(0)],
        strata: vec![
            stratum(0, StratumKind::Opening, 400, 4),
            stratum(1, StratumKind::Arriving, 30, 3),
        ],
        batches: 2,
        months: 2,
        run_off_years: 1,
        opening_vintages,
        rewards: 2,
        ranks: 0,
        holders: vec![Vec::new()],
        friends: false,
    }
}

/// Adds to one flow.
pub(crate) fn add(tally: &mut Tally, at: [usize; 4], flow: Flow, amount: i64) {
    tally.flows.slice_mut(&at)[flow as usize] += amount;
}

fn add_all(tally: &mut Tally, at: [usize; 4], flows: &[(Flow, i64)]) {
    for (flow, amount) in flows {
        add(tally, at, *flow, *amount);
    }
}

/// Adds to one vintage: world, stratum, vintage, row.
pub(crate) fn add_vintage(tally: &mut Tally, at: [usize; 4], flow: VintageFlow, amount: i64) {
    tally.vintages.slice_mut(&at)[flow as usize] += amount;
}

/// The tally without and with an opening book of one vintage.
pub(crate) fn tally(scenario: &Scenario) -> Tally {
    let mut tally = flows(0);
    settle(scenario, &mut tally);
    tally
}

pub(crate) fn tally_with_opening_book(scenario: &Scenario) -> Tally {
    let mut tally = flows(1);
    for world in [PROGRAM, SKEPTIC] {
        // 500 points of month −1; 100 of them redeemed in month 1 for goods of 30, 20 in the run-off for a tender of 7.
        add_vintage(&mut tally, [world, 0, 0, 0], VintageFlow::Opening, 500);
        add_vintage(&mut tally, [world, 0, 0, 1], VintageFlow::Redeemed, 100);
        add_vintage(&mut tally, [world, 0, 0, 1], VintageFlow::CostOwnGood, 30);
        add(&mut tally, [world, 0, 0, 1], Flow::OpeningRedeemed, 100);
        add(&mut tally, [world, 0, 0, 1], Flow::OpeningCost, 30);
        let mug = tally.rewards.slice_mut(&[world, 0, 1, 0]);
        mug[RewardFlow::Redemptions as usize] += 1;
        mug[RewardFlow::Points as usize] += 100;
        mug[RewardFlow::Cost as usize] += 30;
        add_vintage(&mut tally, [world, 0, 0, 2], VintageFlow::Redeemed, 20);
        add_vintage(&mut tally, [world, 0, 0, 2], VintageFlow::CostDiscount, 7);
        add(&mut tally, [world, 0, 1, 2], Flow::OpeningRedeemed, 20);
        add(&mut tally, [world, 0, 1, 2], Flow::OpeningCost, 7);
        let voucher = tally.rewards.slice_mut(&[world, 0, 2, 1]);
        voucher[RewardFlow::Points as usize] += 20;
        voucher[RewardFlow::Cost as usize] += 7;
    }
    settle(scenario, &mut tally);
    tally
}

fn flows(opening_vintages: usize) -> Tally {
    let mut tally = Tally::new(layout(opening_vintages));
    tally.families.slice_mut(&[0]).copy_from_slice(&[2, 2]);
    tally.families.slice_mut(&[1]).copy_from_slice(&[2, 1]);
    for world in [NONE, PROGRAM, SKEPTIC] {
        market(&mut tally, world);
    }
    effects_of_the_program(&mut tally);
    points(&mut tally, opening_vintages);
    // Members, their sales, others, theirs, those of them with a visit, theirs: paid, so net of mug and voucher.
    for (w, s, b, cells) in [
        (PROGRAM, 0, 0, [1, 12080, 1, 6000, 1, 6000]),
        (PROGRAM, 0, 1, [1, 8000, 1, 4000, 0, 0]),
        (PROGRAM, 1, 0, [0, 0, 2, 5000, 2, 5000]),
        (PROGRAM, 1, 1, [0, 0, 1, 1000, 1, 1000]),
        (SKEPTIC, 0, 0, [1, 11800, 1, 6000, 1, 6000]),
        (SKEPTIC, 0, 1, [1, 6000, 1, 4000, 1, 4000]),
        (SKEPTIC, 1, 0, [0, 0, 2, 5000, 2, 5000]),
        (SKEPTIC, 1, 1, [0, 0, 1, 1000, 1, 1000]),
    ] {
        tally.naive.slice_mut(&[w, s, b]).copy_from_slice(&cells);
    }
    let caps = tally.caps.slice_mut(&[PROGRAM, 0]);
    caps.copy_from_slice(&[8 << 20, 1 << 20, 0]);
    tally
}

/// World 0's life, which the others share but for what follows.
fn market(tally: &mut Tally, w: usize) {
    use Flow::*;
    add_all(
        tally,
        [w, 0, 0, 0],
        &[
            (PurchasesBase, 2),
            (SalesBase, 10000),
            (CustomersDelta, 2),
            (BuyersDelta, 2),
        ],
    );
    add_all(
        tally,
        [w, 0, 0, 1],
        &[(PurchasesBase, 2), (SalesBase, 8000)],
    );
    add_all(
        tally,
        [w, 0, 1, 0],
        &[
            (PurchasesBase, 1),
            (SalesBase, 6000),
            (CustomersDelta, 2),
            (BuyersDelta, 2),
        ],
    );
    add_all(
        tally,
        [w, 0, 1, 1],
        &[
            (PurchasesBase, 1),
            (SalesBase, 4000),
            (CustomersDelta, -1),
            (Leavers, 1),
        ],
    );
    let arrival = [(CustomersDelta, 1), (Arrivals, 1), (ArrivalCost, 500)];
    for (b, row, purchases, sales) in [(0, 0, 1, 2000), (0, 1, 2, 3000), (1, 0, 1, 1000)] {
        add_all(tally, [w, 1, b, row], &arrival);
        add_all(
            tally,
            [w, 1, b, row],
            &[(PurchasesBase, purchases), (SalesBase, sales)],
        );
    }
}

/// The leaver stays and buys for 20.00; one purchase of 10.00 is dropped, one of 14.00 is extra; baskets gain 0.80.
fn effects_of_the_program(tally: &mut Tally) {
    use Flow::*;
    add_all(
        tally,
        [PROGRAM, 0, 0, 1],
        &[
            (PurchasesBase, -1),
            (SalesBase, -1000),
            (PurchasesDropped, 1),
            (SalesDropped, 1000),
            (PurchasesExtra, 1),
            (SalesExtra, 1400),
            (BasketGain, 80),
        ],
    );
    add_all(
        tally,
        [PROGRAM, 0, 1, 1],
        &[
            (CustomersDelta, 1),
            (Leavers, -1),
            (PurchasesRetained, 1),
            (SalesRetained, 2000),
        ],
    );
    let mut effect = |b: usize, effect: Effect, flow: EffectFlow, amount: i64| {
        tally.effects.slice_mut(&[PROGRAM, 0, b, effect as usize])[flow as usize] = amount;
    };
    effect(0, Effect::RewardedBehavior, EffectFlow::ExtraPurchases, 1);
    effect(0, Effect::RewardedBehavior, EffectFlow::ExtraSales, 1400);
    effect(0, Effect::StatedLift, EffectFlow::DroppedPurchases, 1);
    effect(0, Effect::StatedLift, EffectFlow::DroppedSales, 1000);
    effect(0, Effect::StatedLift, EffectFlow::BasketGain, 80);
    effect(1, Effect::Membership, EffectFlow::KeptSales, 3000);
    effect(1, Effect::StatedLift, EffectFlow::KeptSales, -1000);
}

/// Members, points and rewards, all in stratum 0.
fn points(tally: &mut Tally, first: usize) {
    use Flow::*;
    use VintageFlow as V;
    for w in [PROGRAM, SKEPTIC] {
        let member = |n| [(Enrolled, n), (ActiveMembersDelta, n)];
        add_all(tally, [w, 0, 0, 0], &member(2));
        add_all(tally, [w, 0, 1, 0], &member(1));
        add(tally, [w, 0, 0, 1], ActiveMembersDelta, -1);
        let issue = |n, base| [(PointsIssued, n), (PointsIssuedOnBase, base)];
        add_all(tally, [w, 0, 0, 0], &issue(100, 100));
        add(tally, [w, 0, 0, 0], PointsBonus, 20);
        add_all(tally, [w, 0, 1, 0], &issue(60, 60));
        add_all(tally, [w, 0, 0, 1], &issue(80, 60));
        add_all(tally, [w, 0, 1, 1], &issue(60, 40));
        add_vintage(tally, [w, 0, first, 0], V::IssuedBase, 160);
        add_vintage(tally, [w, 0, first, 0], V::IssuedBonus, 20);
        add_vintage(tally, [w, 0, first + 1, 1], V::IssuedBase, 140);
        add_all(
            tally,
            [w, 0, 0, 1],
            &[(PointsRedeemed, 50), (Redemptions, 1)],
        );
        add_vintage(tally, [w, 0, first, 1], V::Redeemed, 50);
    }
    // Month 1: a mug for 50 points of month 0, which replaces a paid purchase of 4.00; 10 points go dormant.
    add_all(
        tally,
        [PROGRAM, 0, 0, 1],
        &[(CostOwnGood, 150), (Displaced, 400), (PointsDormant, 10)],
    );
    add_vintage(tally, [PROGRAM, 0, first, 1], V::CostOwnGood, 150);
    add_vintage(tally, [PROGRAM, 0, first, 1], V::Dormant, 10);
    tally
        .rewards
        .slice_mut(&[PROGRAM, 0, 1, 0])
        .copy_from_slice(&[1, 50, 150, 400]);
    // Run-off: a voucher for 60 + 40 points of months 0 and 1; 40 points of month 0 expire.
    let redeem = [(PointsRedeemed, 100), (Redemptions, 1), (Discount, 500)];
    add_all(tally, [PROGRAM, 0, 1, 2], &redeem);
    add(tally, [PROGRAM, 0, 0, 2], PointsExpired, 40);
    for (v, points, cost) in [(first, 60, 300), (first + 1, 40, 200)] {
        add_vintage(tally, [PROGRAM, 0, v, 2], V::Redeemed, points);
        add_vintage(tally, [PROGRAM, 0, v, 2], V::CostDiscount, cost);
    }
    add_vintage(tally, [PROGRAM, 0, first, 2], V::Expired, 40);
    tally
        .rewards
        .slice_mut(&[PROGRAM, 0, 2, 1])
        .copy_from_slice(&[1, 100, 500, 0]);
    // The skeptic takes a voucher of 2.00 in month 1 instead.
    add(tally, [SKEPTIC, 0, 0, 1], Discount, 200);
    add_vintage(tally, [SKEPTIC, 0, first, 1], V::CostDiscount, 200);
    tally
        .rewards
        .slice_mut(&[SKEPTIC, 0, 1, 1])
        .copy_from_slice(&[1, 50, 200, 0]);
}

/// Values as the engine accumulates them, the whole of a batch given to its first person, all in the first decile.
pub(crate) fn settle(scenario: &Scenario, tally: &mut Tally) {
    let weights = value_weights(scenario, &tally.layout);
    let mut none = std::collections::BTreeMap::new();
    for w in [NONE, PROGRAM, SKEPTIC] {
        for s in 0..2 {
            let segment = tally.layout.strata[s].segment;
            for b in 0..2 {
                let value: i128 = tally
                    .flows
                    .slice(&[w, s, b])
                    .iter()
                    .zip(weights.of(w, segment))
                    .map(|(f, u)| i128::from(*f) * i128::from(*u))
                    .sum();
                let rounded = ((value + (1 << 31)) >> 32) as i64;
                tally.exact_value[(w * 2 + s) * 2 + b] = value;
                tally.rounded_value.slice_mut(&[w, s])[b] = rounded;
                let base = *none.entry((s, b)).or_insert(rounded);
                let difference = rounded - base;
                bin(tally, [w, s, b], Distribution::Value, rounded);
                bin(tally, [w, s, b], Distribution::Sales, rounded.max(0));
                if w == PROGRAM {
                    bin(tally, [w, s, b], Distribution::Difference, difference);
                }
                let persons = tally.families.get(&[s, b]);
                let decile = tally.deciles.slice_mut(&[w, s, 0]);
                decile[DecileFlow::Customers as usize] += persons;
                decile[DecileFlow::Value as usize] += rounded;
                decile[DecileFlow::ValueDifference as usize] += difference;
            }
        }
    }
}

fn bin(tally: &mut Tally, [w, s, b]: [usize; 3], kind: Distribution, amount: i64) {
    let others = tally.families.get(&[s, b]) - 1;
    for (amount, count) in [(amount, 1), (0, others)] {
        let cells = tally
            .distributions
            .slice_mut(&[w, s, b, kind as usize, bin_of(amount)]);
        cells[0] += count;
        cells[1] += amount * count;
    }
}
