use fidelio::engine::{flow::*, plan::Plan, run::*, tally::*};
use fidelio::scenario::model::*;
pub fn rw1(n: u64) -> Scenario {
    Scenario {
        name: "rw1".into(),
        currency: Currency {
            code: "EUR".into(),
            digits: 2,
        },
        start: CalendarMonth {
            year: 2027,
            month: 1,
        },
        horizon_months: 60,
        discount_rate: 0.1282,
        simulation: Simulation {
            customers: n,
            replications: 1,
            seed: 7,
            warm_up_months: 12,
            run_off: RunOff::GoingConcern,
            run_off_years: 0,
            baseline: false,
            skeptic: false,
        },
        market: Market {
            customers: 1_000_000,
            company_age_months: Some(0.0),
            arrivals_per_year: 0.0,
            trend_per_year: 0.0,
            seasonality: [
                0.85, 0.85, 0.95, 1.0, 1.0, 1.0, 0.95, 0.9, 1.0, 1.05, 1.15, 1.3,
            ],
            channels: vec![Channel {
                name: "all".into(),
                share: 1.0,
                arrival_cost: 0,
                rate_factor: 1.0,
                attrition_factor: 1.0,
            }],
            entries: vec![],
        },
        segments: vec![Segment {
            name: "all".into(),
            share: 1.0,
            rate_mean: 1.2,
            rate_shape: Some(0.6),
            lifetime: Lifetime::BetaMonthly { a: 1.2, b: 30.0 },
            basket: Basket {
                mean: 4000.0 * (0.18f64).exp(),
                between: Between::Lognormal {
                    cv: ((0.36f64).exp() - 1.0).sqrt(),
                },
                within: Within::Gamma { shape: 4.0 },
            },
            margin_rate: 0.3,
            correlation: Correlation::default(),
        }],
        behavior: Behavior {
            effect_multiplier: 1.0,
            frequency_cap: [0.5, 2.0],
            attrition_cap: [0.3, 3.0],
            stated_lift: StatedLift {
                frequency: 0.0,
                hazard_ratio: 1.0,
                basket: 0.0,
                who: Who::Members,
            },
            membership: Membership {
                hazard_ratio: 1.0,
                active_months: 12.0,
            },
            points_pressure: PointsPressure {
                tender: 0.0,
                own_good: 0.0,
                external: 0.0,
            },
            rewarded_behavior: RewardedBehavior {
                lift: 1.1f64.ln(),
                decay_months: 1.0,
            },
            endowed_progress: EndowedProgress { hazard_ratio: 1.0 },
            expiry_pressure: ExpiryPressure {
                lift: 0.0,
                window_months: 2.0,
                min_value: 0,
                flexible_share: 1.0,
                regret: 0.0,
                regret_months: 3.0,
            },
            novelty: Novelty {
                half_life_months: f64::INFINITY,
                floor: 1.0,
            },
            redemption: Redemption {
                slope: 0.0,
                threshold_rewards: 1.0,
                threshold_sigma: 0.0,
                reluctance: (0.65f64 / 0.35).ln(),
                never_share: 0.0,
                expiry_boost: 0.0,
                value_weight: 1.0,
            },
        },
        programs: vec![Program {
            name: "Points".into(),
            kind: ProgramKind::Transactional,
            launch_month: 0,
            enrollment: Enrollment {
                ceiling: 1.0,
                half_time_months: 0.0,
                selection: 0.0,
                abandonment_per_visit: 0.0,
            },
            versions: vec![Version {
                from_month: 0,
                announced_month: 0,
                earn: Earn {
                    points_num: 1,
                    points_den: 10,
                    rounding: Rounding::Floor,
                    cap_per_visit: None,
                    cap_per_month: None,
                    sign_up_bonus: 0,
                },
                expiry: Expiry::FixedTerm { months: 24 },
                rewards: vec![Reward {
                    name: "gift".into(),
                    kind: RewardKind::External,
                    points: 5000,
                    face_value: 2500,
                    unit_cost: 2500,
                    displacement: 0.0,
                }],
            }],
            cost: ProgramCost {
                setup: 0,
                per_month: 0,
                per_active_member_per_year: 0.0,
                per_redemption: 0.0,
                inflation_per_year: 0.0,
            },
            opening: None,
        }],
        assumptions: vec![],
    }
}
fn main() {
    let n: u64 = std::env::args()
        .nth(1)
        .map_or(1e6, |s| s.parse::<f64>().unwrap()) as u64;
    let worlds: usize = std::env::args().nth(2).map_or(1, |s| s.parse().unwrap());
    let threads: usize = std::env::args().nth(3).map_or(2, |s| s.parse().unwrap());
    let mut s = rw1(n);
    let p = s.programs[0].clone();
    for i in 1..worlds {
        let mut q = p.clone();
        q.name = format!("P{i}");
        s.programs.push(q);
    }
    let t0 = std::time::Instant::now();
    let plan = Plan::new(&s).unwrap();
    let t1 = std::time::Instant::now();
    let weights = ValueWeights::new(plan.layout().worlds.len(), 1, plan.layout().rows());
    let tally = run(
        &plan,
        &weights,
        &Control {
            threads,
            progress: None,
            cancelled: None,
            batches: 0..plan.layout().batches,
        },
    )
    .unwrap();
    let wall = t1.elapsed().as_secs_f64();
    println!(
        "plan {:.3}s run {:.3}s  {:.2} ns/cust-month/world",
        (t1 - t0).as_secs_f64(),
        wall,
        wall * 1e9 / (n as f64 * 60.0) / worlds as f64
    );
    let sum = |f: Flow, upto: usize| -> f64 {
        let mut x = 0i64;
        for b in 0..32 {
            for r in 0..upto {
                x += tally.flow(0, 0, b, r, f);
            }
        }
        x as f64 / n as f64
    };
    for m in [12, 24, 36, 60] {
        println!("active_{m} {:.6}", sum(Flow::CustomersDelta, m));
    }
    let buys = sum(Flow::PurchasesBase, 60)
        + sum(Flow::PurchasesExtra, 60)
        + sum(Flow::PurchasesRetained, 60);
    println!(
        "purchases {:.4} base {:.4} extra {:.4}",
        buys,
        sum(Flow::PurchasesBase, 60),
        sum(Flow::PurchasesExtra, 60)
    );
    println!("revenue base {:.3}", sum(Flow::SalesBase, 60) / 100.0);
    println!(
        "issued {:.2} redeemed {:.2} expired {:.2}",
        sum(Flow::PointsIssued, 60),
        sum(Flow::PointsRedeemed, 60),
        sum(Flow::PointsExpired, 60)
    );
}
