//! Random valid scenarios, small enough to live in a test: all laws of leaving, all expiries and kinds of rewards, none
//! to two programs.

use std::fmt::Write;

/// SplitMix64 (Steele, Lea and Flood 2014): the same scenario for the same seed, forever.
pub struct Draws(u64);

impl Draws {
    pub fn new(seed: u64) -> Self {
        Draws(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to `n` − 1.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// From `lo` to `hi`, both included.
    pub fn whole(&mut self, lo: u64, hi: u64) -> u64 {
        lo + self.below(hi - lo + 1)
    }

    /// From `lo` to `hi`, in steps of a hundredth of the way.
    pub fn real(&mut self, lo: f64, hi: f64) -> f64 {
        let steps = self.below(101) as f64 / 100.0;
        let x = lo + (hi - lo) * steps;
        (x * 10_000.0).round() / 10_000.0
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len() as u64) as usize]
    }
}

/// The TOML of a valid scenario: a function of the seed.
pub fn scenario(seed: u64) -> String {
    let mut draws = Draws::new(seed);
    let d = &mut draws;
    let mut text = String::new();
    let currency = d.pick(&["EUR", "EUR", "JPY", "KWD"]);
    let horizon = d.whole(1, 30);
    let opening = if d.chance(75) { d.whole(200, 5_000) } else { 0 };
    let _ = write!(
        text,
        "name = \"Random {seed}\"\ncurrency = \"{currency}\"\nstart = \"20{}-{:02}\"\nhorizon_months = {horizon}\n\
         discount_rate = {}\n\n[simulation]\ncustomers = {}\nseed = {}\nreplications = {}\nwarm_up_months = {}\n\
         run_off = \"{}\"\nrun_off_years = {}\n\n",
        d.whole(24, 32),
        d.whole(1, 12),
        d.real(0.0, 0.2),
        d.whole(64, 600),
        d.whole(0, 1 << 40),
        if d.chance(80) { 1 } else { 2 },
        d.pick(&["0", "3", "12"]),
        d.pick(&["going_concern", "going_concern", "closed"]),
        d.pick(&["0", "2", "15"]),
    );
    market(d, &mut text, opening, horizon);
    let segments = d.whole(1, 3);
    for i in 0..segments {
        segment(d, &mut text, i, segments, opening);
    }
    if d.chance(50) {
        behavior(d, &mut text);
    }
    let digits = match currency {
        "JPY" => 0,
        "KWD" => 3,
        _ => 2,
    };
    for i in 0..d.below(3) {
        program(d, &mut text, i, opening, horizon, digits);
    }
    text
}

/// Shares of n parts that add to 1.
fn shares(d: &mut Draws, n: u64) -> Vec<f64> {
    match n {
        1 => vec![1.0],
        2 => {
            let first = d.real(0.1, 0.9);
            vec![first, 1.0 - first]
        }
        _ => vec![0.25, 0.25, 0.5],
    }
}

fn market(d: &mut Draws, text: &mut String, opening: u64, horizon: u64) {
    let _ = writeln!(text, "[market]\ncustomers = {opening}");
    if opening > 0 {
        let age = d.pick(&["0", "0.5", "8", "30"]);
        let _ = writeln!(text, "company_age_years = {age}");
    }
    let listed = d.chance(25);
    if !listed {
        let _ = writeln!(text, "arrivals_per_year = {}", d.whole(50, 1_000));
    }
    if d.chance(50) {
        text.push_str(
            "seasonality = [0.9, 0.9, 1.0, 1.0, 1.0, 1.0, 0.95, 0.95, 1.0, 1.0, 1.1, 1.2]\n",
        );
    }
    let _ = writeln!(
        text,
        "trend_per_year = {}\narrival_cost = {}",
        d.real(-0.05, 0.05),
        d.whole(0, 20)
    );
    if listed {
        let last = horizon * 365 / 12;
        let mut day = 0;
        text.push_str("entry = [");
        while day < last {
            let _ = write!(text, "{{ day = {day}, count = {} }}, ", d.whole(1, 90));
            day += d.whole(1, 60);
        }
        text.push_str("]\n");
    }
    if d.chance(40) {
        for (i, share) in shares(d, 2).iter().enumerate() {
            let _ = write!(
                text,
                "\n[[market.channel]]\nname = \"channel {i}\"\nshare = {share}\npurchase_factor = {}\nattrition_factor = {}\n",
                d.real(0.7, 1.3),
                d.real(0.7, 1.3)
            );
        }
    }
}

fn segment(d: &mut Draws, text: &mut String, i: u64, n: u64, opening: u64) {
    // Deterministic shares, so that each segment can be written by itself.
    let share = match n {
        1 => 1.0,
        2 => [0.3, 0.7][i as usize],
        _ => [0.25, 0.25, 0.5][i as usize],
    };
    let mean = d.pick(&["6", "24", "60"]);
    let varied_rate = d.chance(75);
    let rate = if varied_rate {
        format!("{{ mean = {mean}, shape = {} }}", d.real(0.4, 3.0))
    } else {
        mean.to_string()
    };
    let law = if opening > 0 { d.below(4) } else { d.below(5) };
    let (lifetime, varied_leaving) = match law {
        0 => ("{ model = \"never\" }".to_string(), false),
        1 => {
            let hazard = d.real(0.05, 1.5);
            let text = format!("{{ model = \"constant\", hazard_per_year = {hazard} }}");
            (text, false)
        }
        2 => {
            let (shape, scale) = (d.real(0.5, 3.0), d.real(0.5, 10.0));
            let text = format!("{{ model = \"pareto\", shape = {shape}, scale_years = {scale} }}");
            (text, true)
        }
        3 => {
            let (a, b) = (d.real(0.5, 2.0), d.real(5.0, 60.0));
            (
                format!("{{ model = \"beta_monthly\", a = {a}, b = {b} }}"),
                true,
            )
        }
        _ => {
            let (a, b) = (d.real(0.5, 2.0), d.real(1.0, 9.0));
            (format!("{{ model = \"bg\", a = {a}, b = {b} }}"), true)
        }
    };
    let (basket, varied_basket) = basket(d);
    let _ = write!(
        text,
        "\n[[segment]]\nname = \"segment {i}\"\nshare = {share}\npurchases_per_year = {rate}\nlifetime = {lifetime}\n\
         basket = {basket}\nmargin_rate = {}\n",
        d.real(0.05, 0.6)
    );
    if varied_rate && varied_leaving && varied_basket && law != 4 && d.chance(50) {
        let _ = writeln!(
            text,
            "correlation = {{ rate_attrition = {}, rate_basket = {}, attrition_basket = {} }}",
            d.real(-0.5, 0.5),
            d.real(-0.4, 0.4),
            d.real(-0.4, 0.4)
        );
    }
}

fn basket(d: &mut Draws) -> (String, bool) {
    if d.chance(20) {
        let q = d.real(2.5, 6.0);
        let text = format!("{{ model = \"gamma_gamma\", p = 6.25, q = {q}, gamma = 15.44 }}");
        return (text, true);
    }
    let between = d.pick(&["0", "0.3", "0.9"]);
    let text = format!(
        "{{ mean = {}, between_cv = {between}, within_cv = {}, between = \"{}\", within = \"{}\" }}",
        d.whole(20, 80),
        d.pick(&["0", "0.5", "1.2"]),
        d.pick(&["lognormal", "inverse_gamma"]),
        d.pick(&["gamma", "lognormal"])
    );
    (text, between != "0")
}

fn behavior(d: &mut Draws, text: &mut String) {
    let _ = write!(
        text,
        "\n[behavior]\neffect_multiplier = {}\n\n[behavior.stated_lift]\nfrequency = {}\nhazard_ratio = {}\nbasket = {}\n\
         who = \"{}\"\n\n[behavior.membership]\nhazard_ratio = {}\n\n[behavior.points_pressure]\ntender = {}\n\n\
         [behavior.redemption]\nslope = {}\nthreshold_sigma = {}\nreluctance = {}\nnever_share = {}\n",
        d.pick(&["0", "1", "1", "2"]),
        d.pick(&["-0.1", "0", "0.03"]),
        d.pick(&["0.9", "1", "1.1"]),
        d.pick(&["-0.02", "0", "0.02"]),
        d.pick(&["everyone", "members"]),
        d.pick(&["0.9", "1"]),
        d.pick(&["0", "0.1"]),
        d.pick(&["0", "1.5"]),
        d.pick(&["0", "0.8"]),
        d.pick(&["-20", "0", "0.6"]),
        d.pick(&["0", "0.15"]),
    );
}

fn program(d: &mut Draws, text: &mut String, i: u64, opening: u64, horizon: u64, digits: u32) {
    let book = opening > 0 && d.chance(30);
    let _ = write!(
        text,
        "\n[[program]]\nname = \"program {i}\"\nenrollment = {{ ceiling = {}, half_time_months = {}, selection = {}, \
         abandonment_per_visit = {} }}\nearn = {{ points_per_currency = {}, rounding = \"{}\", sign_up_bonus = {}{} }}\n",
        d.pick(&["0.3", "0.6", "1"]),
        d.pick(&["0", "6"]),
        d.pick(&["0", "0.7"]),
        d.pick(&["0", "0.05"]),
        d.pick(&["1", "1.25", "10"]),
        d.pick(&["floor", "nearest", "ceil"]),
        d.pick(&["0", "50"]),
        d.pick(&[
            "",
            ", cap_per_visit = 60",
            ", cap_per_visit = 60, cap_per_month = 150"
        ]),
    );
    let term = d.whole(3, 24);
    let policy = d.pick(&["never", "fixed_term", "inactivity", "calendar"]);
    match policy {
        "never" => text.push_str("expiry = { policy = \"never\" }\n"),
        "calendar" => {
            let years = d.whole(1, 2);
            let _ = writeln!(
                text,
                "expiry = {{ policy = \"calendar\", years = {years} }}"
            );
        }
        _ => {
            let _ = writeln!(
                text,
                "expiry = {{ policy = \"{policy}\", months = {term} }}"
            );
        }
    }
    for reward in 0..d.whole(1, 3) {
        rewards(d, text, "program.reward", reward, digits);
    }
    let _ = write!(
        text,
        "\n[program.cost]\nsetup = {}\nper_month = {}\nper_active_member_per_year = {}\nper_redemption = {}\n\
         inflation_per_year = {}\n",
        d.whole(0, 5_000),
        d.whole(0, 300),
        d.real(0.0, 1.0),
        d.real(0.0, 0.2),
        d.real(0.0, 0.04)
    );
    if book {
        let _ = write!(
            text,
            "\n[program.opening]\nheld_by_leavers = {}\nvintage = [{{ months_ago = 1, points = {} }}]\n",
            d.pick(&["0", "0.1", "0.4"]),
            d.whole(0, 100_000)
        );
    }
    if horizon > 3 && d.chance(30) {
        version(d, text, horizon, digits);
    }
}

fn version(d: &mut Draws, text: &mut String, horizon: u64, digits: u32) {
    // Months count from the first of the file; the start is read back from it.
    let start = text
        .split("start = \"")
        .nth(1)
        .and_then(|rest| rest.get(..7))
        .unwrap_or("2027-01")
        .to_string();
    let year: u64 = start[..4].parse().unwrap_or(2027);
    let month: u64 = start[5..].parse().unwrap_or(1);
    let date = |ahead: u64| {
        let total = year * 12 + month - 1 + ahead;
        format!("{:04}-{:02}", total / 12, total % 12 + 1)
    };
    let from = d.whole(1, horizon - 1);
    let announced = d.below(from + 1);
    let _ = write!(
        text,
        "\n[[program.version]]\nfrom = \"{}\"\nannounced = \"{}\"\nearn = {{ points_per_currency = 0.75 }}\n\
         expiry = {{ policy = \"fixed_term\", months = {} }}\n",
        date(from),
        date(announced),
        d.whole(3, 24)
    );
    if d.chance(50) {
        rewards(d, text, "program.version.reward", 0, digits);
    }
}

fn rewards(d: &mut Draws, text: &mut String, header: &str, i: u64, digits: u32) {
    let kind = d.pick(&["tender", "own_good", "external"]);
    let unit = 10u64.pow(digits);
    let amount = |minor: u64| format!("{}", minor as f64 / unit as f64);
    let _ = write!(
        text,
        "\n[[{header}]]\nname = \"reward {i}\"\nkind = \"{kind}\"\npoints = {}\nface_value = {}\n",
        d.whole(20, 100),
        amount(d.whole(unit, 8 * unit))
    );
    if kind != "tender" {
        let _ = writeln!(text, "unit_cost = {}", amount(d.whole(0, 6 * unit)));
    }
    if kind == "own_good" {
        let _ = writeln!(text, "displacement = {}", d.pick(&["0", "0.4", "1"]));
    }
}
