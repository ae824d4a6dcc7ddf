//! Hand-made results for the tests of charts and reports: plausible, deterministic, and not from any simulation.

mod comparison;
mod friends;
mod people;
mod program;
mod status;

use super::*;
use comparison::comparison;
use people::bins;
use program::program;

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
        running: 200_000.0,
        setup: 4_000_000.0,
        points: 115_000.0,
        point_cost: 0.01,
    }
}

/// A program that pays back.
pub fn profitable() -> Results {
    results("City grocer", 60, 1.0, &[shape("Points", 0.03)], true)
}

/// A program that never pays back.
pub fn losing() -> Results {
    results("City grocer", 60, 1.0, &[shape("Points", 0.012)], true)
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
        shape("Cash back", 0.012),
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

/// Points, status and ambassadors, as three programs.
pub fn three_kinds() -> Results {
    let shapes = [
        shape("Points", 0.03),
        shape("Status", 0.022),
        shape("Ambassadors", 0.026),
    ];
    let mut results = results("City grocer", 60, 1.0, &shapes, true);
    hold_tiers(
        &mut results,
        1,
        &[("Silver", 0.16), ("Gold", 0.07), ("Platinum", 0.015)],
    );
    invite_friends(&mut results, 2, 0.03, KINDS);
    results
}

/// One tier, a horizon that ends within a year, and ambassadors whose invitations bring nobody.
pub fn one_tier_and_no_friends() -> Results {
    let mut results = results("One tier", 30, 1.0, &[shape("Status", 0.02)], true);
    hold_tiers(&mut results, 0, &[("Preferred", 0.4)]);
    invite_friends(&mut results, 0, 0.01, [0.0; 4]);
    results
}

/// Eight tiers of long names that nobody must trust, over many years, and friends in the trillions.
pub fn eight_tiers() -> Results {
    let mut results = results("Eight tiers", 132, 1e6, &[shape("Ladder", 0.02)], true);
    let ladder = [
        ("Bronze", 0.2),
        ("Silver of the Inner Circle, with lounge access", 0.1),
        ("Gold", 0.06),
        ("<b>Platinum</b> & \"friends\"", 0.03),
        ("=Titanium(1)", 0.01),
        ("Diamant für Öko-Käufer an jedem Ort der Welt", 0.004),
        ("\u{1b}[31mBlack", 0.001),
        ("Infinite", 0.0),
    ];
    hold_tiers(&mut results, 0, &ladder);
    invite_friends(&mut results, 0, 3.0, KINDS);
    results
}

/// Tiers nobody holds because nobody enrolls.
pub fn nobody_with_a_tier() -> Results {
    let mut results = results("Nobody", 7, 1.0, &[shape("Status", 0.0)], false);
    for program in &mut results.programs {
        for series in program.monthly.iter_mut().filter(|s| s.code == "members") {
            series.values.fill(0.0);
        }
    }
    hold_tiers(&mut results, 0, &[("Silver", 0.2), ("Gold", 0.1)]);
    results
}

/// Tiers in the only month there is, half of them earned before it.
pub fn first_month_of_tiers() -> Results {
    let mut results = results("First month", 1, 1.0, &[shape("Status", 0.02)], true);
    hold_tiers(&mut results, 0, &[("Silver", 0.2), ("Gold", 0.1)]);
    for tiers in results.programs.iter_mut().flat_map(|p| &mut p.tiers) {
        let years = tiers.migration.iter_mut().map(|year| &mut year.moves);
        for moves in years.chain([&mut tiers.migration_total]) {
            let joined = moves.pop().unwrap_or_default();
            let halves: Vec<f64> = joined.iter().map(|count| count / 2.0).collect();
            for (rank, half) in halves.iter().enumerate().take(moves.len()) {
                moves[rank][rank] += half;
            }
            moves.push(halves);
        }
    }
    results
}

fn members(program: &ProgramResult) -> Vec<f64> {
    let own = program.monthly.iter().find(|s| s.code == "members");
    own.map(|s| s.values.clone()).unwrap_or_default()
}

fn hold_tiers(results: &mut Results, program: usize, ladder: &[(&str, f64)]) {
    let ladder: Vec<(String, f64)> = ladder.iter().map(|(n, s)| ((*n).into(), *s)).collect();
    let has_world_0 = results.worlds.iter().any(|w| w.program.is_none());
    if let Some(program) = results.programs.get_mut(program) {
        program.kind = "tiered".into();
        let tiers = status::tiers(&program.name, &members(program), &ladder, has_world_0);
        program.tiers = Some(tiers);
    }
}

/// Friends per invitation, by kind.
const KINDS: [f64; 4] = [0.031, 0.008, 0.021, 0.002];

fn invite_friends(results: &mut Results, program: usize, rate: f64, kinds: [f64; 4]) {
    let has_world_0 = results.worlds.iter().any(|w| w.program.is_none());
    if let Some(program) = results.programs.get_mut(program) {
        program.kind = "ambassador".into();
        let friends = friends::friends(&program.name, &members(program), rate, kinds, has_world_0);
        program.referral = Some(friends);
    }
    // Word of mouth brings friends in every world.
    for world in results.worlds.iter_mut().filter(|_| kinds[0] > 0.0) {
        let families: f64 = world.value_distribution.iter().map(|b| b.customers).sum();
        people::scale_to(&mut world.value_distribution, 1.05 * families);
    }
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

/// Numbers that make no sense, and lists of the wrong length.
pub fn nonsense() -> Results {
    let mut results = results("Nonsense", 12, 1.0, &[shape("Points", 0.03)], true);
    hold_tiers(&mut results, 0, &[("Silver", 0.2), ("Gold", 0.1)]);
    invite_friends(&mut results, 0, 0.1, KINDS);
    let bad = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        1e308,
        -1e308,
        0.0,
        -0.0,
        1e-300,
    ];
    let mut next = bad.iter().copied().cycle();
    let mut spoil = |value: &mut f64| *value = next.next().unwrap_or(0.0);
    for series in results.worlds.iter_mut().flat_map(|w| &mut w.monthly) {
        series.values.iter_mut().for_each(&mut spoil);
        series.standard_errors.truncate(3);
    }
    for program in &mut results.programs {
        for series in &mut program.monthly {
            series.values.iter_mut().for_each(&mut spoil);
            series.values.truncate(5);
            series.standard_errors.iter_mut().for_each(&mut spoil);
        }
        program
            .bridge
            .iter_mut()
            .for_each(|item| spoil(&mut item.value));
        for named in &mut program.headline {
            named.number.value.as_mut().map(&mut spoil);
            named.number.standard_error.as_mut().map(&mut spoil);
        }
        if let Some(tiers) = &mut program.tiers {
            let stocks = tiers.ranks.iter_mut().flat_map(|r| &mut r.members.values);
            stocks.for_each(&mut spoil);
            let years = tiers.migration.iter_mut().flat_map(|y| &mut y.moves);
            years.flatten().for_each(&mut spoil);
            tiers.migration_total.truncate(2);
            tiers.names.truncate(1);
        }
        if let Some(referral) = &mut program.referral {
            referral.invitations.value = Some(f64::NAN);
            referral.friends.new.value = Some(f64::INFINITY);
            referral.friends.would_have_come.value = Some(-1e308);
            referral.fee_per_friend.standard_error = Some(f64::NAN);
        }
        for row in &mut program.vintages {
            spoil(&mut row.redeemed_after);
            spoil(&mut row.unresolved);
            row.month = row.month.saturating_mul(200_000_000);
        }
    }
    results.scenario.start = "9999-99".into();
    results.scenario.degrees_of_freedom = 0;
    results.scenario.horizon_months = u32::MAX;
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
        window: "months 0-59 and run-off".into(),
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
    let mut results = Results {
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
            market_customers: market_customers(scale),
            market_arrivals: market_arrivals(scale, horizon),
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
        liability: Vec::new(),
        worlds,
        programs: shapes.iter().map(|s| program(s, horizon, scale)).collect(),
        comparison: None,
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
    };
    results.comparison = comparison(&results);
    results
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

fn market_customers(scale: f64) -> u64 {
    (4e6 * scale) as u64
}

fn market_arrivals(scale: f64, horizon: u32) -> u64 {
    (20_000.0 * scale * f64::from(horizon)) as u64
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
    let mut value_distribution = bins(&[(1.0, 14.0 + 4.0 * lift, 4e5)], 2e5);
    let families = market_customers(scale) + market_arrivals(scale, horizon);
    people::scale_to(&mut value_distribution, families as f64);
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
