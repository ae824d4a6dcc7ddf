//! The markets of the golden lives, and their lives as events.

use super::lives::*;
use fidelio::engine::observe::{Event, EventKind};
use fidelio::engine::run::observe_family;
use fidelio::engine::tally::World;

const HEAD: &str = "
name = 'golden'
currency = 'EUR'
start = '2027-01'
";

/// Everybody is willing to join from the launch on.
const JOINED_AT_ONCE: &str = "enrollment = { ceiling = 1, half_time_months = 0, selection = 0 }\n";

/// Pareto lifetimes, a tender, a fixed term, membership and rewarded behavior.
pub fn tender() -> String {
    format!(
        "{HEAD}
        horizon_months = 36
        [simulation]
        customers = 1000
        seed = 11
        run_off_years = 5
        [market]
        customers = 500
        company_age_years = 10
        arrivals_per_year = 200
        seasonality = [0.8, 0.8, 0.9, 1, 1, 1, 1, 1, 1, 1, 1.2, 1.3]
        [[segment]]
        name = 'grocery'
        purchases_per_year = {{ mean = 10, shape = 1.2 }}
        lifetime = {{ model = 'pareto', shape = 1.5, scale_years = 4 }}
        basket = {{ mean = 30, between_cv = 0.4, within_cv = 0.6 }}
        margin_rate = 0.25
        correlation = {{ rate_attrition = -0.3 }}
        [behavior]
        membership = {{ hazard_ratio = 0.7 }}
        rewarded_behavior = {{ lift = 0.5 }}
        expiry_pressure = {{ lift = 0.1, regret = 0.3, regret_months = 4 }}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Points'
        launch = '2027-04'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 1 }}
        expiry = {{ policy = 'fixed_term', months = 12 }}
        [[program.reward]]
        name = 'Voucher'
        kind = 'tender'
        points = 200
        face_value = 5
        "
    )
}

/// Monthly beta leaving, an own good that displaces, points pressure, inactivity.
pub fn own_good() -> String {
    format!(
        "{HEAD}
        horizon_months = 24
        [simulation]
        customers = 1000
        seed = 12
        run_off_years = 4
        [market]
        customers = 1000
        company_age_years = 0
        [[segment]]
        name = 'cafe'
        purchases_per_year = {{ mean = 6, shape = 0.8 }}
        lifetime = {{ model = 'beta_monthly', a = 1.2, b = 30 }}
        basket = {{ mean = 9, between_cv = 0.5, within_cv = 0.5, within = 'lognormal' }}
        margin_rate = 0.6
        [behavior]
        membership = {{ hazard_ratio = 0.8, active_months = 3 }}
        points_pressure = {{ own_good = 1.2 }}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Card'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 0.1, rounding = 'ceil' }}
        expiry = {{ policy = 'inactivity', months = 4 }}
        [[program.reward]]
        name = 'Coffee'
        kind = 'own_good'
        points = 5
        face_value = 4
        unit_cost = 1.1
        displacement = 0.5
        "
    )
}

/// A coin after each purchase, more frequency and larger baskets for everyone, arrivals by day.
pub fn coin() -> String {
    format!(
        "{HEAD}
        horizon_months = 24
        [simulation]
        customers = 1000
        seed = 13
        run_off_years = 3
        [market]
        entry = [{{ day = 0, count = 10 }}, {{ day = 40, count = 20 }}, {{ day = 365, count = 5 }}]
        [[segment]]
        name = 'music'
        purchases_per_year = {{ mean = 8, shape = 0.9 }}
        lifetime = {{ model = 'bg', a = 0.8, b = 2.4 }}
        basket = {{ model = 'gamma_gamma', p = 6.25, q = 3.74, gamma = 15.44 }}
        margin_rate = 0.2
        {NO_EFFECTS}
        stated_lift = {{ frequency = 0.5, basket = 0.1, who = 'everyone' }}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Encore'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 10, cap_per_visit = 500 }}
        [[program.reward]]
        name = 'Partner ticket'
        kind = 'external'
        points = 1500
        face_value = 20
        unit_cost = 12
        "
    )
}

/// Rules that change at month 12 (announced at 9): expiry comes, earning doubles, the reward gets dearer. Entries on the
/// first day of the second year fall on the instant of the change.
pub fn new_rules() -> String {
    format!(
        "{HEAD}
        horizon_months = 24
        [simulation]
        customers = 1000
        seed = 14
        run_off_years = 2
        [market]
        entry = [{{ day = 10, count = 15 }}, {{ day = 365, count = 5 }}]
        [[segment]]
        name = 'shoes'
        purchases_per_year = {{ mean = 7, shape = 1 }}
        lifetime = {{ model = 'constant', hazard_per_year = 0.3 }}
        basket = {{ mean = 70, between_cv = 0.3, within_cv = 0.5 }}
        margin_rate = 0.4
        {NO_EFFECTS}
        stated_lift = {{ frequency = -0.25, hazard_ratio = 1.6, who = 'everyone' }}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Steps'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 1, sign_up_bonus = 50, cap_per_month = 180 }}
        [[program.reward]]
        name = 'Voucher'
        kind = 'tender'
        points = 150
        face_value = 10
        [[program.version]]
        from = '2028-01'
        announced = '2027-10'
        earn = {{ points_per_currency = 2, rounding = 'nearest' }}
        expiry = {{ policy = 'fixed_term', months = 3 }}
        [[program.version.reward]]
        name = 'Voucher'
        kind = 'tender'
        points = 250
        face_value = 10
        "
    )
}

/// A program that already has a book of points.
pub fn opening_book() -> String {
    format!(
        "{HEAD}
        horizon_months = 18
        [simulation]
        customers = 1000
        seed = 15
        run_off_years = 2
        [market]
        customers = 1000
        company_age_years = 10
        [[segment]]
        name = 'books'
        purchases_per_year = {{ mean = 5, shape = 1.5 }}
        lifetime = {{ model = 'pareto', shape = 2, scale_years = 5 }}
        basket = {{ mean = 25, between_cv = 0.4, within_cv = 0.4 }}
        margin_rate = 0.35
        {NO_EFFECTS}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Pages'
        launch = '2025-01'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 1 }}
        expiry = {{ policy = 'fixed_term', months = 12 }}
        [[program.reward]]
        name = 'Paperback'
        kind = 'own_good'
        points = 120
        face_value = 9.5
        unit_cost = 5
        displacement = 0.3
        [program.opening]
        held_by_leavers = 0.1
        vintage = [{{ months_ago = 11, points = 9000 }}, {{ months_ago = 5, points = 15000 }}, {{ months_ago = 1, points = 20000 }}]
        "
    )
}

/// Tiers by calendar year with every rule that moves points or leaving: multipliers, an expiry of their own, a status for
/// life, a promotion, a cap per month.
pub fn tiers_by_year() -> String {
    format!(
        "{HEAD}
        horizon_months = 48
        [simulation]
        customers = 1000
        seed = 16
        run_off_years = 4
        [market]
        customers = 500
        company_age_years = 10
        arrivals_per_year = 200
        [[segment]]
        name = 'cosmetics'
        purchases_per_year = {{ mean = 9, shape = 1.5 }}
        lifetime = {{ model = 'pareto', shape = 1.5, scale_years = 6 }}
        basket = {{ mean = 40, between_cv = 0.5, within_cv = 0.6 }}
        margin_rate = 0.5
        {NO_EFFECTS}
        status = {{ attrition_first = 0.2, attrition_second = 0.3, attrition_third = 0.4 }}
        demotion = {{ aversion = 2, months = 7 }}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Circle'
        kind = 'tiered'
        launch = '2027-04'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 1, rounding = 'nearest', cap_per_month = 400 }}
        expiry = {{ policy = 'fixed_term', months = 14 }}
        [[program.reward]]
        name = 'Voucher'
        kind = 'tender'
        points = 300
        face_value = 5
        [program.qualification]
        by = 'spend'
        validity_months = 12
        [[program.tier]]
        name = 'Silver'
        threshold = 250
        earn_multiplier = 1.25
        benefit = [{{ name = 'delivery', billed = 'per_use', cost = 1 }}]
        [[program.tier]]
        name = 'Gold'
        threshold = 500
        lifetime_threshold = 2500
        earn_multiplier = 1.5
        expiry = {{ policy = 'fixed_term', months = 30 }}
        [[program.tier]]
        name = 'Black'
        threshold = 900
        earn_multiplier = 2
        expiry = {{ policy = 'never' }}
        [[program.promotion]]
        name = 'autumn'
        from = '2028-10'
        through = '2028-11'
        multiplier = 3
        "
    )
}

/// Tiers by visits in a rolling window, landed on softly, beside every effect of status on frequency.
pub fn tiers_by_visits() -> String {
    format!(
        "{HEAD}
        horizon_months = 40
        [simulation]
        customers = 1000
        seed = 17
        run_off_years = 2
        [market]
        entry = [{{ day = 10, count = 30 }}, {{ day = 200, count = 30 }}]
        [[segment]]
        name = 'cinema'
        purchases_per_year = {{ mean = 10, shape = 2 }}
        lifetime = {{ model = 'constant', hazard_per_year = 0.15 }}
        basket = {{ mean = 15, between_cv = 0.3, within_cv = 0.5 }}
        margin_rate = 0.5
        {NO_EFFECTS}
        status = {{ frequency_first = 0.2, frequency_second = 0.4, frequency_third = 0.4 }}
        demotion = {{ aversion = 2, months = 5 }}
        bystander = {{ drop = 0.1 }}
        tier_pressure = {{ strength = 0.3, reach_months = 3 }}
        demotion_fear = {{ strength = 0.3 }}
        {REDEEM_AT_ONCE}
        [[program]]
        name = 'Seats'
        kind = 'tiered'
        {JOINED_AT_ONCE}
        earn = {{ points_per_currency = 1 }}
        [[program.reward]]
        name = 'Popcorn'
        kind = 'external'
        points = 100
        face_value = 4
        unit_cost = 1
        [program.qualification]
        by = 'visits'
        window = 'rolling'
        window_months = 6
        validity_months = 2
        soft_landing = true
        [[program.tier]]
        name = 'Fan'
        threshold = 5
        [[program.tier]]
        name = 'Friend'
        threshold = 8
        earn_multiplier = 2
        "
    )
}

/// First word of a kind of event, or of a purchase's label and an absence.
pub fn word(kind: &EventKind) -> String {
    let text = match kind {
        EventKind::Purchase { label, .. } => format!("{label:?}"),
        EventKind::NotBought { absence, .. } => format!("{absence:?}"),
        EventKind::Status { how, .. } => format!("{how:?}"),
        other => format!("{other:?}"),
    };
    text.split([' ', '{']).next().unwrap_or_default().to_owned()
}

/// Events of the program's world of the first `families` of a stratum.
pub fn many(text: &str, stratum: usize, families: std::ops::Range<u64>) -> Vec<Vec<Event>> {
    let scenario = scenario(text);
    let plan = plan(&scenario);
    let mut lives = Vec::new();
    for ordinal in families {
        let mut life = Vec::new();
        let mut listen = |world: World, event: &Event| {
            if world == World::Program(0) {
                life.push(*event);
            }
        };
        observe_family(&plan, 0, stratum, ordinal, &mut listen).expect("a family");
        lives.push(life);
    }
    lives
}
