//! Random valid scenarios, small enough to be lived in milliseconds: a function from a seed to the text of a file.
//!
//! All laws of leaving and of baskets, all expiries and kinds of rewards, caps, dated versions, opening books, none to
//! two programs, both run-offs, channels, listed entries, correlations, uncertain numbers; tiers, promotions and tenure
//! ([`super::random_status`]). Hybrids have all of it at once, and friends ([`super::random_friends`]).

use super::random_friends as friends;
use super::random_status as status;

use std::fmt::Write;

/// SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
pub(super) struct Draws(pub(super) u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both included.
    pub(super) fn whole(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// From `low` to `high` in a hundred steps, with four decimals.
    pub(super) fn real(&mut self, low: f64, high: f64) -> f64 {
        let x = low + (high - low) * self.whole(0, 100) as f64 / 100.0;
        (x * 1e4).round() / 1e4
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    pub(super) fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[(self.next() % items.len() as u64) as usize]
    }
}

/// What every part of the file must agree on.
pub(super) struct Frame {
    currency: &'static str,
    /// Decimal digits of the minor unit.
    digits: u32,
    replications: u64,
    /// Years of 12 months since year 0.
    start: u64,
    pub(super) horizon: u64,
    has_base: bool,
    /// Whether somebody alive at the start can have been a member before.
    has_past: bool,
    hybrid: bool,
}

impl Frame {
    pub(super) fn date(&self, month: i64) -> String {
        let total = self.start as i64 + month;
        format!("{:04}-{:02}", total / 12, total % 12 + 1)
    }

    /// An amount between two whole ones, to the minor unit.
    fn amount(&self, d: &mut Draws, low: u64, high: u64) -> String {
        let unit = 10u64.pow(self.digits);
        format!("{}", d.whole(low * unit, high * unit) as f64 / unit as f64)
    }
}

/// The text of a valid scenario of 200 to 1,500 simulated customers, in euros and without replications.
pub fn random_scenario(seed: u64) -> String {
    written(seed, ("EUR", 2), 1, false)
}

/// The same with tiers, referral and word of mouth together, beside the promotions and tenure there may be.
pub fn hybrid_scenario(seed: u64) -> String {
    written(seed, ("EUR", 2), 1, true)
}

/// The same in any currency, some with replications: for what reads a scenario and does not live it.
pub fn random_file(seed: u64) -> String {
    // Draws of its own: the rest of the file is that of the seed.
    let mut d = Draws(!seed);
    let currency = [("EUR", 2), ("JPY", 0), ("KWD", 3)][d.whole(0, 2) as usize];
    let replications = if d.chance(80) { 1 } else { 2 };
    written(seed, currency, replications, false)
}

fn written(
    seed: u64,
    (currency, digits): (&'static str, u32),
    replications: u64,
    hybrid: bool,
) -> String {
    let mut draws = Draws(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let d = &mut draws;
    // Draws of its own: what came before it in the language is that of the seed.
    let s = &mut Draws(seed.wrapping_mul(0x9e6c_63d0_876a_3f35));
    let f = &mut Draws(seed.wrapping_mul(0xd6e8_feb8_6659_fd93));
    let has_base = d.chance(70);
    let age = *[0.0, 8.0, 30.0]
        .get(d.whole(0, 3) as usize)
        .unwrap_or(&12.0);
    let frame = Frame {
        currency,
        digits,
        replications,
        start: d.whole(2020 * 12, 2032 * 12),
        horizon: d.whole(1, 30),
        has_base,
        has_past: has_base && age > 5.0,
        hybrid,
    };
    let mut text = String::new();
    head(d, &mut text, &frame, seed);
    market(d, &mut text, &frame, age);
    if hybrid {
        friends::market(f, &mut text);
    }
    let segments = d.whole(1, 3);
    for i in 0..segments {
        segment(d, &mut text, &frame, i, segments);
        status::tenure(s, &mut text);
    }
    if d.chance(70) {
        behavior(d, &mut text, &frame);
    }
    status::behavior(s, &mut text);
    if hybrid {
        friends::behavior(f, &mut text);
    }
    for i in 0..d.whole(0, 2).max(u64::from(hybrid)) {
        program((d, s, f), &mut text, &frame, i);
    }
    text
}

fn head(d: &mut Draws, text: &mut String, frame: &Frame, seed: u64) {
    let (start, horizon, currency) = (frame.date(0), frame.horizon, frame.currency);
    let _ = write!(
        text,
        "name = \"Random {seed}\"\ncurrency = \"{currency}\"\nstart = \"{start}\"\nhorizon_months = {horizon}\n\
         discount_rate = {}\n[simulation]\ncustomers = {}\nseed = {}\nreplications = {}\nwarm_up_months = {}\n\
         run_off = \"{}\"\nrun_off_years = {}\n",
        d.real(0.0, 0.2),
        d.whole(200, 1_500),
        d.whole(0, 1 << 40),
        frame.replications,
        d.pick(&["0", "3", "12"]),
        d.pick(&["going_concern", "going_concern", "closed"]),
        d.pick(&["0", "1", "4"]),
    );
}

fn market(d: &mut Draws, text: &mut String, frame: &Frame, age: f64) {
    let _ = writeln!(text, "[market]");
    if frame.has_base {
        let customers = d.whole(500, 5_000);
        let _ = writeln!(text, "customers = {customers}\ncompany_age_years = {age}");
    }
    let listed = d.chance(25);
    if !listed {
        let _ = writeln!(text, "arrivals_per_year = {}", d.whole(300, 2_000));
    }
    if d.chance(50) {
        text.push_str(
            "seasonality = [0.5, 0.9, 1.0, 1.0, 1.4, 1.0, 0.95, 0.95, 1.0, 1.0, 1.1, 1.2]\n",
        );
    }
    let (trend, cost) = (d.real(-0.05, 0.1), d.whole(0, 20));
    let _ = writeln!(text, "trend_per_year = {trend}\narrival_cost = {cost}");
    if listed {
        let last = frame.horizon * 365 / 12;
        let mut day = 0;
        text.push_str("entry = [");
        while day < last {
            let _ = write!(
                text,
                "{{ day = {day}, count = {} }}, ",
                d.whole(20 + last / 4, 400)
            );
            day += d.whole(1, 60);
        }
        text.push_str("]\n");
    }
    if d.chance(40) {
        for (i, share) in [0.3, 0.7].iter().enumerate() {
            let (rate, leaving) = (d.real(0.7, 1.3), d.real(0.7, 1.3));
            let _ = write!(
                text,
                "[[market.channel]]\nname = \"channel {i}\"\nshare = {share}\npurchase_factor = {rate}\n\
                 attrition_factor = {leaving}\n"
            );
            if i == 0 {
                let _ = writeln!(text, "arrival_cost = {}", d.whole(0, 9));
            }
        }
    }
}

fn segment(d: &mut Draws, text: &mut String, frame: &Frame, i: u64, segments: u64) {
    let share = match segments {
        1 => 1.0,
        2 => [0.3, 0.7][i as usize],
        _ => [0.25, 0.25, 0.5][i as usize],
    };
    let mean = d.pick(&["2", "6", "24", "60"]);
    let uneven = d.chance(75);
    let rate = if uneven {
        format!("{{ mean = {mean}, shape = {} }}", d.real(0.4, 3.0))
    } else {
        mean.to_string()
    };
    let (lifetime, varied) = lifetime(d, frame);
    let (basket, varied_basket) = basket(d);
    let margin = if d.chance(20) {
        "{ normal = [0.28, 0.02] }".to_string()
    } else {
        d.real(0.05, 0.6).to_string()
    };
    let _ = write!(
        text,
        "[[segment]]\nname = \"segment {}\"\nshare = {share}\npurchases_per_year = {rate}\nlifetime = {lifetime}\n\
         basket = {basket}\nmargin_rate = {margin}\n",
        (i + 2) % 3
    );
    if uneven && varied && varied_basket && d.chance(60) {
        let _ = writeln!(
            text,
            "correlation = {{ rate_attrition = {}, rate_basket = {}, attrition_basket = {} }}",
            d.real(-0.5, 0.5),
            d.real(-0.4, 0.4),
            d.real(-0.4, 0.4)
        );
    }
}

/// A law of leaving, and whether hazards differ between customers.
fn lifetime(d: &mut Draws, frame: &Frame) -> (String, bool) {
    match d.whole(0, if frame.has_base { 3 } else { 4 }) {
        0 => ("{ model = \"never\" }".to_string(), false),
        1 => {
            let hazard = d.real(0.05, 1.5);
            let law = format!("{{ model = \"constant\", hazard_per_year = {hazard} }}");
            (law, false)
        }
        2 => {
            let (shape, scale) = (d.real(0.5, 3.0), d.real(0.5, 10.0));
            let law = format!("{{ model = \"pareto\", shape = {shape}, scale_years = {scale} }}");
            (law, true)
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
    }
}

/// A law of baskets, and whether customers differ.
fn basket(d: &mut Draws) -> (String, bool) {
    if d.chance(20) {
        let q = d.real(2.5, 6.0);
        let law = format!("{{ model = \"gamma_gamma\", p = 6.25, q = {q}, gamma = 15.44 }}");
        return (law, true);
    }
    let between = d.pick(&["0", "0.3", "0.9"]);
    let law = format!(
        "{{ mean = {}, between_cv = {between}, within_cv = {}, between = \"{}\", within = \"{}\" }}",
        d.whole(5, 80),
        d.pick(&["0", "0.5", "1.2"]),
        d.pick(&["lognormal", "inverse_gamma"]),
        d.pick(&["gamma", "lognormal"])
    );
    (law, between != "0")
}

fn behavior(d: &mut Draws, text: &mut String, frame: &Frame) {
    let min_value = if frame.digits == 0 { "1" } else { "0.1" };
    let _ = write!(
        text,
        "[behavior]\neffect_multiplier = {}\nfrequency_cap = [{}, {}]\nattrition_cap = [{}, 3.0]\n\
         [behavior.stated_lift]\nfrequency = {}\nhazard_ratio = {}\nbasket = {}\nwho = \"{}\"\n\
         [behavior.membership]\nhazard_ratio = {}\nactive_months = {}\n\
         [behavior.points_pressure]\ntender = {}\n[behavior.rewarded_behavior]\nlift = {}\n\
         [behavior.expiry_pressure]\nlift = {}\nwindow_days = {}\nflexible_share = {}\nmin_value = {min_value}\nregret = {}\n\
         [behavior.redemption]\nslope = {}\nthreshold_sigma = {}\nreluctance = {}\nnever_share = {}\nexpiry_boost = {}\n",
        d.pick(&["1", "1", "2"]),
        d.pick(&["0.5", "0.95"]),
        d.pick(&["2.0", "1.05"]),
        d.pick(&["0.3", "0.95"]),
        d.pick(&["-0.2", "0", "0.1", "0.6"]),
        d.pick(&["0.8", "1", "1.2"]),
        d.pick(&["-0.05", "0", "0.05"]),
        d.pick(&["everyone", "members"]),
        d.pick(&["0.6", "1"]),
        d.pick(&["2", "12"]),
        d.pick(&["0", "0.3"]),
        d.pick(&["0", "0.2"]),
        d.pick(&["0", "0.3"]),
        d.pick(&["30", "90"]),
        d.pick(&["0.3", "1"]),
        d.pick(&["0", "0.5"]),
        d.pick(&["0", "1.5"]),
        d.pick(&["0", "0.8"]),
        d.pick(&["-20", "0", "0.6"]),
        d.pick(&["0", "0.15"]),
        d.pick(&["0", "0.5"]),
    );
}

fn program(
    (d, s, f): (&mut Draws, &mut Draws, &mut Draws),
    text: &mut String,
    frame: &Frame,
    i: u64,
) {
    let book = frame.has_past && d.chance(40);
    let launch = match book {
        true => -24,
        false => d.whole(0, frame.horizon / 3) as i64,
    };
    let tiered = s.chance(50) || frame.hybrid;
    let kind = if tiered { "tiered" } else { "transactional" };
    let _ = write!(
        text,
        "[[program]]\nname = \"program {}\"\nkind = \"{kind}\"\nlaunch = \"{}\"\nenrollment = {{ ceiling = {}, half_time_months = {}, \
         selection = {}, abandonment_per_visit = {} }}\nearn = {{ points_per_currency = {}, rounding = \"{}\", \
         sign_up_bonus = {}{} }}\n",
        1 - i,
        frame.date(launch),
        d.pick(&["0.3", "0.6", "1"]),
        d.pick(&["0", "6"]),
        d.pick(&["0", "0.7"]),
        d.pick(&["0", "0.05"]),
        d.pick(&["0.5", "1.25", "{ uniform = [2, 4] }", "10"]),
        d.pick(&["floor", "nearest", "ceil"]),
        d.pick(&["0", "50"]),
        d.pick(&[
            "",
            ", cap_per_visit = 60",
            ", cap_per_visit = 60, cap_per_month = 100"
        ]),
    );
    let term = d.whole(if book { 12 } else { 1 }, 24);
    expiry(d, text, term);
    for reward in 0..d.whole(1, 3) {
        rewards(d, text, frame, "program.reward", reward);
    }
    let _ = write!(
        text,
        "[program.cost]\nsetup = {}\nper_month = {}\nper_active_member_per_year = {}\nper_redemption = {}\n\
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
            "[program.opening]\nheld_by_leavers = {}\nvintage = [{{ months_ago = 1, points = {} }}, \
             {{ months_ago = 7, points = {} }}]\n",
            d.pick(&["0", "0.1", "0.4"]),
            d.whole(1, 900_000),
            d.whole(0, 90_000)
        );
    }
    if tiered {
        status::tiers(s, text);
    }
    status::promotion(s, text, frame, launch.max(0) as u64);
    // Of two programs one may pay for no friends: those are in its world all the same.
    let kept = (frame.hybrid && (i == 0 || f.chance(60))).then(|| f.pick(&["Silver", "Gold"]));
    if let Some(tier) = kept {
        friends::referral(f, text, tier);
    }
    let first = launch.max(0) as u64 + 1;
    if first < frame.horizon && d.chance(50) {
        version(d, text, frame, first);
        if tiered {
            status::new_tiers(s, text, kept);
        }
    }
}

fn version(d: &mut Draws, text: &mut String, frame: &Frame, first: u64) {
    let from = d.whole(first, frame.horizon - 1);
    let announced = d.whole(0, from);
    let _ = write!(
        text,
        "[[program.version]]\nfrom = \"{}\"\nannounced = \"{}\"\nearn = {{ points_per_currency = {} }}\n",
        frame.date(from as i64),
        frame.date(announced as i64),
        d.pick(&["0", "0.75", "5"])
    );
    if d.chance(70) {
        let term = d.whole(1, 24);
        expiry(d, text, term);
    }
    if d.chance(50) {
        rewards(d, text, frame, "program.version.reward", 0);
    }
}

fn expiry(d: &mut Draws, text: &mut String, months: u64) {
    let policy = d.pick(&["never", "fixed_term", "inactivity"]);
    let _ = match policy {
        "never" => writeln!(text, "expiry = {{ policy = \"never\" }}"),
        _ => writeln!(
            text,
            "expiry = {{ policy = \"{policy}\", months = {months} }}"
        ),
    };
}

fn rewards(d: &mut Draws, text: &mut String, frame: &Frame, header: &str, i: u64) {
    let kind = d.pick(&["tender", "own_good", "external"]);
    let _ = write!(
        text,
        "[[{header}]]\nname = \"reward {i}\"\nkind = \"{kind}\"\npoints = {}\nface_value = {}\n",
        d.whole(20, 500),
        frame.amount(d, 1, 8)
    );
    if kind != "tender" {
        let _ = writeln!(text, "unit_cost = {}", frame.amount(d, 0, 6));
    }
    if kind == "own_good" {
        let _ = writeln!(text, "displacement = {}", d.pick(&["0", "0.4", "1"]));
    }
}
