//! Hand-made results for the tests of charts and reports: plausible, deterministic, and not from any simulation.

use super::*;

/// What a made-up program looks like.
#[derive(Clone)]
struct Shape {
    name: String,
    /// Share of world-0 margin gained in the long run.
    lift: f64,
    /// Monthly running cost, major units.
    running: f64,
    setup: f64,
    /// Points issued per month per thousand customers.
    points: f64,
    /// Cost of a point in major units.
    point_cost: f64,
}

fn shape(name: &str, lift: f64) -> Shape {
    Shape {
        name: name.into(),
        lift,
        running: 45_000.0,
        setup: 400_000.0,
        points: 15_000.0,
        point_cost: 0.01,
    }
}

/// A program that pays back.
pub fn profitable() -> Results {
    results("City grocer", 60, 1.0, &[shape("Points", 0.03)], true)
}

/// A program that never pays back.
pub fn losing() -> Results {
    results("City grocer", 60, 1.0, &[shape("Points", 0.002)], true)
}

/// World 0 was not lived: no differences.
pub fn without_world_0() -> Results {
    let mut results = results("City grocer", 60, 1.0, &[shape("Points", 0.03)], false);
    for program in &mut results.programs {
        program
            .headline
            .retain(|n| !n.number.world.contains("world_0"));
        program.monthly.retain(|s| !s.code.starts_with("net_value"));
        program.bridge.clear();
        program.split_by_label.clear();
    }
    results
}

/// Three programs, two of them nearly the same.
pub fn three_programs() -> Results {
    let shapes = [
        shape("Points", 0.03),
        shape("Points, 12 months", 0.0297),
        shape("Cash back", 0.002),
    ];
    results("City grocer", 60, 1.0, &shapes, true)
}

/// A horizon of one month.
pub fn one_month() -> Results {
    results("One month", 1, 1.0, &[shape("Points", 0.03)], true)
}

/// A horizon of fifty years.
pub fn fifty_years() -> Results {
    results("Fifty years", 600, 1.0, &[shape("Points", 0.03)], true)
}

/// Nobody enrolls: everything about points is zero.
pub fn zero_points() -> Results {
    let mut empty = shape("Nobody", 0.0);
    empty.points = 0.0;
    results("Nobody enrolls", 24, 1.0, &[empty], true)
}

/// Money and points in the trillions.
pub fn huge() -> Results {
    let mut big = shape("Points", 0.03);
    big.running *= 1e6;
    big.setup *= 1e6;
    results("Everybody on earth", 60, 1e6, &[big], true)
}

/// Names that must not be trusted: markup, formulas, accents, length.
pub fn hostile_names() -> Results {
    let shapes = [
        shape("<script>alert('x')</script> & \"quotes\"", 0.03),
        shape(
            "=HYPERLINK(\"http://example.com\";\"Prämien für Öko-Käufer, 5 € je Gutschein, sehr langer Name\")",
            0.002,
        ),
    ];
    let mut results = results(
        "Épicerie <b>& fils</b> \u{1}— «très longue» raison sociale à l'œuvre, 5 €",
        36,
        1.0,
        &shapes,
        true,
    );
    results.findings.push(Finding {
        code: "something_new".into(),
        severity: Severity::Warning,
        subject: "\u{1b}[31m@SUM(A1)".into(),
        numbers: vec![("value".into(), 1.5)],
    });
    results
}

fn number(value: f64, error: Option<f64>, unit: Unit, world: &str) -> Number {
    Number {
        value: Some(value),
        standard_error: error,
        interval: error.map(|e| [value - 2.0395 * e, value + 2.0395 * e]),
        unit,
        base: String::new(),
        world: world.into(),
        window: "months 0-59".into(),
        note: None,
    }
}

fn named(code: &str, value: f64, error: f64, unit: Unit, world: &str) -> Named {
    Named {
        code: code.into(),
        number: number(value, Some(error), unit, world),
    }
}

fn absent(code: &str, note: &str, unit: Unit) -> Named {
    let mut number = number(0.0, None, unit, "program - world_0");
    number.value = None;
    number.note = Some(note.into());
    Named {
        code: code.into(),
        number,
    }
}

fn series(code: &str, unit: Unit, world: &str, values: Vec<f64>, relative_error: f64) -> Series {
    let standard_errors = values.iter().map(|v| v.abs() * relative_error).collect();
    Series {
        code: code.into(),
        unit,
        world: world.into(),
        values,
        standard_errors,
    }
}

fn results(name: &str, horizon: u32, scale: f64, shapes: &[Shape], world_0: bool) -> Results {
    let mut worlds = Vec::new();
    if world_0 {
        worlds.push(world("world_0", None, horizon, scale, 0.0));
    }
    for (index, shape) in shapes.iter().enumerate() {
        worlds.push(world(&shape.name, Some(index), horizon, scale, shape.lift));
    }
    Results {
        schema_version: SCHEMA_VERSION,
        scenario: ScenarioEcho {
            name: name.into(),
            currency: "EUR".into(),
            currency_digits: 2,
            start: "2027-01".into(),
            horizon_months: horizon,
            run_off_years: 15,
            discount_rate: 0.08,
            seed: 7,
            replications: 1,
            market_customers: (4e6 * scale) as u64,
            market_arrivals: (20_000.0 * scale * f64::from(horizon)) as u64,
            simulated_customers: 1_000_000,
            degrees_of_freedom: 31,
        },
        assumptions: vec![AssumptionRow {
            path: "segment.families.basket.mean".into(),
            law: "normal".into(),
            mean: 46.0,
            source: None,
        }],
        evidence: Vec::new(),
        strata: Vec::new(),
        worlds,
        programs: shapes.iter().map(|s| program(s, horizon, scale)).collect(),
        findings: vec![
            Finding {
                code: "best_estimates_only".into(),
                severity: Severity::Note,
                subject: String::new(),
                numbers: vec![("assumptions".into(), 1.0)],
            },
            Finding {
                code: "cap_frequency_binds".into(),
                severity: Severity::Warning,
                subject: shapes.first().map(|s| s.name.clone()).unwrap_or_default(),
                numbers: vec![("share".into(), 0.031)],
            },
        ],
        checks: vec![Check {
            code: "points_identity".into(),
            subject: String::new(),
            checked: 14_400,
            failed: 0,
        }],
    }
}

fn season(month: u32) -> f64 {
    const SEASON: [f64; 12] = [0.9, 0.9, 1.0, 1.0, 1.0, 1.0, 0.95, 0.95, 1.0, 1.0, 1.1, 1.2];
    SEASON[(month % 12) as usize]
}

/// Monthly customers of a world: the lift also lowers churn a little.
fn customers(horizon: u32, scale: f64, lift: f64) -> (Vec<f64>, Vec<f64>) {
    let (mut alive, mut level, mut left) = (Vec::new(), 4e6 * scale, Vec::new());
    for month in 0..horizon {
        let rate = (0.006 - 0.001 * f64::from(month.min(40)) / 40.0) * (1.0 - 2.0 * lift);
        left.push(level * rate);
        level += 20_000.0 * scale - level * rate;
        alive.push(level);
    }
    (alive, left)
}

fn world(name: &str, program: Option<usize>, horizon: u32, scale: f64, lift: f64) -> WorldResult {
    let (alive, left) = customers(horizon, scale, lift);
    let sales: Vec<f64> = alive
        .iter()
        .zip(0..)
        .map(|(a, m)| a * 115.0 * season(m) * (1.0 + lift))
        .collect();
    let margin: Vec<f64> = sales.iter().map(|s| s * 0.24).collect();
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    let last = alive.last().copied().unwrap_or(0.0);
    let headline = vec![
        named("customers_end", last, last * 2e-4, Unit::Customers, name),
        named(
            "buyers_end",
            last * 0.93,
            last * 3e-4,
            Unit::Customers,
            name,
        ),
        named(
            "churn_12m",
            0.068 * (1.0 - 2.0 * lift),
            0.0003,
            Unit::Share,
            name,
        ),
        named(
            "purchases",
            sum(&sales) / 46.0,
            sum(&sales) / 46.0 * 1e-3,
            Unit::Count,
            name,
        ),
        named("sales", sum(&sales), sum(&sales) * 1e-3, Unit::Money, name),
        named(
            "margin",
            sum(&margin),
            sum(&margin) * 1e-3,
            Unit::Money,
            name,
        ),
        named("clv", sum(&margin) / (4e6 * scale), 0.8, Unit::Money, name),
        named("top_quintile_share", 0.52, 0.001, Unit::Share, name),
    ];
    let value_distribution = (0..30)
        .map(|i| {
            let low = 10.0 * f64::from(i * i);
            let high = 10.0 * f64::from((i + 1) * (i + 1));
            let center = f64::from(i) - 11.0 - 10.0 * lift;
            Bin {
                low,
                high,
                customers: 4e5 * scale / (1.0 + center * center / 20.0),
            }
        })
        .collect();
    WorldResult {
        name: name.into(),
        program,
        headline,
        monthly: vec![
            series("customers", Unit::Customers, name, alive, 2e-4),
            series("leavers", Unit::Customers, name, left, 2e-3),
            series("sales", Unit::Money, name, sales, 1e-3),
            series("margin", Unit::Money, name, margin.clone(), 1e-3),
        ],
        profit_and_loss: vec![series("margin", Unit::Money, name, margin, 1e-3)],
        value_distribution,
    }
}

/// The flows of the made-up points program.
struct Book {
    issued: Vec<f64>,
    redeemed: Vec<f64>,
    expired: Vec<f64>,
    outstanding: Vec<f64>,
}

fn book(shape: &Shape, horizon: u32, alive: &[f64]) -> Book {
    let mut book = Book {
        issued: vec![],
        redeemed: vec![],
        expired: vec![],
        outstanding: vec![],
    };
    let mut level = 0.0;
    for month in 0..horizon {
        let members = 0.6 * (1.0 - libm::exp(-f64::from(month + 1) / 9.0));
        let customers = alive.get(month as usize).copied().unwrap_or(0.0);
        let issued = (customers / 1000.0 * shape.points * members * season(month)).round();
        let redeemed = (level * 0.07_f64).round();
        let expired = if month >= 18 {
            (level * 0.02_f64).round()
        } else {
            0.0
        };
        level += issued - redeemed - expired;
        book.issued.push(issued);
        book.redeemed.push(redeemed);
        book.expired.push(expired);
        book.outstanding.push(level);
    }
    book
}

fn program(shape: &Shape, horizon: u32, scale: f64) -> ProgramResult {
    let (alive, _) = customers(horizon, scale, shape.lift);
    let book = book(shape, horizon, &alive);
    let base: Vec<f64> = alive
        .iter()
        .zip(0..)
        .map(|(a, m)| a * 115.0 * 0.24 * season(m))
        .collect();
    let gain: Vec<f64> = base
        .iter()
        .zip(0..)
        .map(|(b, m)| b * shape.lift * (1.0 - libm::exp(-f64::from(m) / 9.0)))
        .collect();
    let grants: Vec<f64> = book.redeemed.iter().map(|r| r * shape.point_cost).collect();
    let (mut plain, mut discounted) = (Vec::new(), Vec::new());
    let (mut total, mut present) = (-shape.setup, -shape.setup);
    for (month, (gain, grant)) in (0..).zip(gain.iter().zip(&grants)) {
        let flow = gain - grant - shape.running;
        total += flow;
        present += flow * libm::pow(1.08, -(f64::from(month) + 0.5) / 12.0);
        plain.push(total);
        discounted.push(present);
    }
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    let bridge = bridge(shape, horizon, sum(&base), sum(&gain), sum(&grants));
    let cost: Vec<f64> = book
        .outstanding
        .iter()
        .map(|o| o * 0.78 * shape.point_cost)
        .collect();
    let vintages = vintages(&book, shape);
    let roll = roll_forward(&book);
    let name = shape.name.clone();
    ProgramResult {
        headline: headline(shape, &plain, &discounted, &book, &gain, &grants),
        kind: "transactional".into(),
        monthly: vec![
            series(
                "members",
                Unit::Customers,
                &name,
                alive
                    .iter()
                    .zip(0..)
                    .map(|(a, m)| a * 0.6 * (1.0 - libm::exp(-f64::from(m + 1) / 9.0)))
                    .collect(),
                1e-3,
            ),
            series(
                "points_outstanding",
                Unit::Points,
                &name,
                book.outstanding.clone(),
                2e-3,
            ),
            series("outstanding_expected_cost", Unit::Money, &name, cost, 3e-3),
            series("issued", Unit::Points, &name, book.issued.clone(), 2e-3),
            series("redeemed", Unit::Points, &name, book.redeemed.clone(), 2e-3),
            series("net_value_cumulative", Unit::Money, &name, plain, 0.04),
            series(
                "net_value_cumulative_discounted",
                Unit::Money,
                &name,
                discounted,
                0.04,
            ),
        ],
        bridge,
        split_by_label: vec![
            named(
                "retention",
                sum(&gain) * 0.4,
                sum(&gain) * 0.01,
                Unit::Money,
                "program - world_0",
            ),
            named(
                "frequency",
                sum(&gain) * 0.6,
                sum(&gain) * 0.01,
                Unit::Money,
                "program - world_0",
            ),
        ],
        split_by_effect: vec![],
        vintages,
        points_roll_forward: roll,
        rewards: vec![RewardRow {
            name: "5 EUR voucher".into(),
            kind: "tender".into(),
            redemptions: (sum(&book.redeemed) / 500.0).round(),
            points: sum(&book.redeemed),
            cost: sum(&grants),
            displaced: 0.0,
        }],
        deciles: (1..=10)
            .map(|decile| DecileRow {
                decile,
                customers: 4e5 * scale,
                value_world_0: 40.0 * f64::from(decile * decile) * scale,
                value_difference: 0.5 * f64::from(decile) - 2.0,
                sales: 200.0 * f64::from(decile) * scale,
                points_issued: 190.0 * f64::from(decile),
                points_redeemed: 120.0 * f64::from(decile),
                reward_cost: 1.2 * f64::from(decile),
            })
            .collect(),
        difference_distribution: vec![],
        run_off: vec![],
        name,
    }
}

fn headline(
    shape: &Shape,
    plain: &[f64],
    discounted: &[f64],
    book: &Book,
    gain: &[f64],
    grants: &[f64],
) -> Vec<Named> {
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    let last = |values: &[f64]| values.last().copied().unwrap_or(0.0);
    let difference = "program - world_0";
    let cost = sum(grants) + shape.setup + shape.running * plain.len() as f64;
    let value = last(discounted);
    let mut rows = vec![
        named(
            "incremental_margin",
            sum(gain),
            sum(gain) * 0.01,
            Unit::Money,
            difference,
        ),
        named("npv", value, value.abs() * 0.04, Unit::Money, difference),
        named("cost", cost, cost * 0.002, Unit::Money, "program"),
        named(
            "roi",
            value / cost,
            (value / cost).abs() * 0.04,
            Unit::Ratio,
            difference,
        ),
        named("subsidy_share", 0.93, 0.002, Unit::Share, "program"),
        named("break_even_multiplier", 0.62, 0.02, Unit::Ratio, difference),
        named("true_lift", shape.lift, 0.0006, Unit::Share, difference),
        named(
            "naive_lift",
            shape.lift + 0.31,
            0.002,
            Unit::Share,
            "program",
        ),
        named(
            "naive_over_true",
            (shape.lift + 0.31) / shape.lift.max(1e-3),
            0.4,
            Unit::Ratio,
            "program",
        ),
        named(
            "skeptic_cost_of_grants",
            cost,
            cost * 0.002,
            Unit::Money,
            "skeptic",
        ),
        named(
            "value_of_effects",
            value + cost,
            value.abs() * 0.04,
            Unit::Money,
            difference,
        ),
        named("evidence_share_B", 0.7, 0.01, Unit::Share, difference),
        named("evidence_share_D", 0.3, 0.01, Unit::Share, difference),
        named(
            "churn_difference",
            -0.13 * shape.lift,
            0.0002,
            Unit::Share,
            difference,
        ),
        named("members_end", 2.3e6, 900.0, Unit::Customers, "program"),
        named(
            "active_members_end",
            1.9e6,
            900.0,
            Unit::Customers,
            "program",
        ),
        named(
            "points_outstanding_end",
            last(&book.outstanding),
            last(&book.outstanding) * 0.002,
            Unit::Points,
            "program",
        ),
        named(
            "outstanding_expected_cost",
            last(&book.outstanding) * 0.78 * shape.point_cost,
            300.0,
            Unit::Money,
            "program",
        ),
        named("urr_low", 0.776, 0.002, Unit::Share, "program"),
        named("urr_high", 0.781, 0.002, Unit::Share, "program"),
        named("breakage", 0.219, 0.002, Unit::Share, "program"),
        named("dormant_share", 0.0, 0.0, Unit::Share, "program"),
    ];
    let crossing = |values: &[f64]| values.iter().rposition(|v| *v < 0.0).map_or(0, |i| i + 1);
    for (code, values) in [("payback_plain", plain), ("payback_discounted", discounted)] {
        let month = crossing(values);
        rows.push(if month < values.len() {
            named(code, month as f64 + 0.4, 0.6, Unit::Months, difference)
        } else {
            absent(code, "never", Unit::Months)
        });
    }
    if sum(gain) > 0.0 {
        rows.push(named(
            "cost_per_incremental_margin",
            cost / sum(gain),
            0.01,
            Unit::Ratio,
            difference,
        ));
    } else {
        rows.push(absent(
            "cost_per_incremental_margin",
            "no_incremental_margin",
            Unit::Ratio,
        ));
    }
    rows
}

fn bridge(shape: &Shape, horizon: u32, base: f64, gain: f64, grants: f64) -> Vec<BridgeItem> {
    let running = shape.running * f64::from(horizon);
    let step = |code: &str, value: f64| BridgeItem {
        code: code.into(),
        pillar: false,
        value,
        standard_error: Some(value.abs() * 0.02),
    };
    let pillar = |code: &str, value: f64| BridgeItem {
        code: code.into(),
        pillar: true,
        value,
        standard_error: Some(value.abs() * 1e-3),
    };
    vec![
        pillar("world_0_margin", base),
        step("retention", gain * 0.4),
        step("frequency", gain * 0.55),
        step("arrival", 0.0),
        step("basket", gain * 0.05),
        step("displacement", -grants * 0.02),
        step("discounts", -grants * 0.98),
        step("running_costs", -running),
        step("setup", -shape.setup),
        pillar(
            "program_margin",
            base + gain - grants - running - shape.setup,
        ),
    ]
}

fn vintages(book: &Book, shape: &Shape) -> Vec<VintageRow> {
    let horizon = book.issued.len();
    (0..)
        .zip(&book.issued)
        .map(|(month, &issued)| {
            let age = horizon - month as usize;
            let done = (1.0 - libm::exp(-(age as f64) / 10.0)).min(1.0);
            let redeemed = (issued * 0.775_f64).round();
            let expired = (issued * 0.19_f64).round();
            let dormant = (issued * 0.03_f64).round();
            let split = |total: f64| ((total * done).round(), total - (total * done).round());
            let (redeemed_to, redeemed_after) = split(redeemed);
            let (expired_to, expired_after) = if age > 18 {
                split(expired)
            } else {
                (0.0, expired)
            };
            let (dormant_to, dormant_after) = split(dormant);
            VintageRow {
                month,
                issued_base: issued,
                issued_bonus: 0.0,
                opening: 0.0,
                redeemed_to_horizon: redeemed_to,
                expired_to_horizon: expired_to,
                dormant_to_horizon: dormant_to,
                outstanding_at_horizon: issued - redeemed_to - expired_to,
                redeemed_after,
                expired_after,
                dormant_after,
                unresolved: issued - redeemed - expired - dormant,
                urr: [0.775, 0.78],
                cost: redeemed * shape.point_cost,
            }
        })
        .collect()
}

fn roll_forward(book: &Book) -> Vec<RollForwardRow> {
    let mut opening = 0.0;
    (0..)
        .zip(
            book.issued
                .iter()
                .zip(book.redeemed.iter().zip(&book.expired)),
        )
        .map(|(month, (&issued, (&redeemed, &expired)))| {
            let closing = opening + issued - redeemed - expired;
            let row = RollForwardRow {
                month,
                opening,
                issued_base: issued,
                issued_bonus: 0.0,
                purchased: 0.0,
                transferred_in: 0.0,
                reinstated: 0.0,
                redeemed,
                expired,
                forfeited: 0.0,
                transferred_out: 0.0,
                clawed_back: 0.0,
                closing,
                dormant: 0.0,
            };
            opening = closing;
            row
        })
        .collect()
}
