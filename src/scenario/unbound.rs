//! Keys that were written and read, and yet cannot change anything: the scenario leaves them nothing to act on.
//!
//! A pure function of the resolved scenario, so it names only what is certain before the first life (a lift before
//! expiry where no point ever expires), not what happened not to bind in a run. A key its own kind or policy does not
//! read is an error already and never comes here.

use super::model::{Behavior, Expiry, Lifetime, Program, RewardKind, Scenario, Version};
use super::schema;

mod friends;
mod tiers;

/// Paths through names of keys that cannot change a result, whether or not they were written; `behavior.novelty.floor`,
/// `program.Points.enrollment.selection`. In the order of the language.
pub fn unbound(scenario: &Scenario) -> Vec<String> {
    let mut found = Found::default();
    market(scenario, &mut found);
    friends::market(scenario, &mut found);
    if scenario.programs.is_empty() {
        without_programs(&mut found);
    } else {
        behavior(scenario, &mut found);
    }
    for program in &scenario.programs {
        of_program(program, &mut found);
        let still = scenario.behavior.effect_multiplier == 0.0 || nobody_arrives(scenario);
        let table = format!("program.{}.", program.name);
        found.add(still, &table, &["arrival_lift"]);
    }
    found.paths
}

#[derive(Default)]
struct Found {
    paths: Vec<String>,
}

impl Found {
    /// Adds keys of one table where `idle`.
    fn add(&mut self, idle: bool, table: &str, keys: &[&str]) {
        if idle {
            self.paths
                .extend(keys.iter().map(|key| format!("{table}{key}")));
        }
    }
}

fn nobody_arrives(scenario: &Scenario) -> bool {
    scenario.market.arrivals_per_year == 0.0 && scenario.market.entries.is_empty()
}

fn market(scenario: &Scenario, found: &mut Found) {
    let market = &scenario.market;
    let nobody_arrives = nobody_arrives(scenario);
    found.add(market.customers == 0, "simulation.", &["warm_up_months"]);
    found.add(nobody_arrives, "market.", &["arrival_cost"]);
    let nobody_leaves_in_time = scenario
        .segments
        .iter()
        .all(|s| matches!(s.lifetime, Lifetime::Never | Lifetime::Bg { .. }));
    for channel in &market.channels {
        let table = format!("market.channel.{}.", channel.name);
        let keys = [
            "share",
            "arrival_cost",
            "purchase_factor",
            "attrition_factor",
        ];
        found.add(nobody_arrives, &table, &keys);
        found.add(nobody_leaves_in_time && !nobody_arrives, &table, &keys[3..]);
    }
}

/// Nobody reacts to nothing.
fn without_programs(found: &mut Found) {
    found.add(
        true,
        "simulation.",
        &["run_off", "run_off_years", "skeptic", "later_margin"],
    );
    let keys = schema::keys()
        .iter()
        .filter(|key| key.path.starts_with("behavior.") || key.path == "goal.maximize");
    found.paths.extend(keys.map(|key| key.path.clone()));
    let constraints = schema::keys().iter();
    for key in constraints.filter(|key| key.path == "goal.subject_to[].measure") {
        for measure in key.words {
            let table = format!("goal.subject_to.{measure}.");
            found.add(true, &table, &["at_least", "at_most"]);
        }
    }
}

/// What the effects find to act on.
struct Ground<'a> {
    behavior: &'a Behavior,
    versions: Vec<&'a Version>,
    /// Some points expire some day.
    expires: bool,
    /// Some customers leave.
    leaves: bool,
    /// Most tiers of a version; 0 where no program has tiers.
    tiers: usize,
    /// Some program with tiers lets others see them.
    visible: bool,
    /// Some program pays for friends who can come.
    referral: bool,
}

impl Ground<'_> {
    fn offers(&self, kind: RewardKind) -> bool {
        let mut rewards = self.versions.iter().flat_map(|v| &v.rewards);
        rewards.any(|reward| reward.kind == kind)
    }

    /// Largest rise of the log purchase rate towards a reward that is offered.
    fn pressure(&self) -> f64 {
        let pressure = &self.behavior.points_pressure;
        [
            (RewardKind::Tender, pressure.tender),
            (RewardKind::OwnGood, pressure.own_good),
            (RewardKind::External, pressure.external),
        ]
        .into_iter()
        .filter(|(kind, _)| self.offers(*kind))
        .map(|(_, strength)| strength)
        .fold(0.0, f64::max)
    }

    fn expiry_lift(&self) -> f64 {
        if self.expires {
            self.behavior.expiry_pressure.lift
        } else {
            0.0
        }
    }

    /// Largest rise of the log purchase rate of a member by the effects that fade.
    fn membership_frequency(&self) -> f64 {
        let rewards = self.pressure() + self.expiry_lift() + self.behavior.rewarded_behavior.lift;
        let b = self.behavior;
        let pressing = b.tier_pressure.strength.max(b.demotion_fear.strength);
        match self.tiers {
            0 => rewards,
            _ => rewards + pressing + self.of_highest(&b.status.frequency),
        }
    }

    /// What holding the highest tier of any program does.
    fn of_highest(&self, by_rank: &[f64; 3]) -> f64 {
        match self.tiers {
            0 => 0.0,
            tiers => by_rank[tiers.min(by_rank.len()) - 1],
        }
    }

    /// What losing a tier multiplies; 0 where it is not felt.
    fn aversion(&self) -> f64 {
        let demotion = &self.behavior.demotion;
        if demotion.months > 0.0 {
            demotion.aversion
        } else {
            0.0
        }
    }

    fn bystander_drop(&self) -> f64 {
        if self.visible {
            self.behavior.bystander.drop
        } else {
            0.0
        }
    }

    /// No sum of effects on frequency reaches a cap.
    fn frequency_is_free(&self) -> bool {
        let b = self.behavior;
        let lift = libm::log1p(b.stated_lift.frequency);
        let high = b.effect_multiplier * (lift.max(0.0) + self.membership_frequency());
        let lost = self.aversion() * self.of_highest(&b.status.frequency);
        let low = b.effect_multiplier * (lift.min(0.0) - lost - self.bystander_drop());
        within(b.frequency_cap, low, high)
    }

    /// No sum of effects on attrition reaches a cap.
    fn attrition_is_free(&self) -> bool {
        let b = self.behavior;
        let ties = [b.referred.hazard_ratio, b.recommending.hazard_ratio];
        let ties = if self.referral { ties } else { [1.0; 2] };
        let all = [
            b.stated_lift.hazard_ratio,
            b.membership.hazard_ratio,
            ties[0],
            ties[1],
        ];
        let parts = all.map(libm::log);
        let regret = if self.expires {
            b.expiry_pressure.regret
        } else {
            0.0
        };
        let status = self.of_highest(&b.status.attrition);
        let high: f64 =
            parts.iter().map(|part| part.max(0.0)).sum::<f64>() + regret + self.aversion() * status;
        let low: f64 = parts.iter().map(|part| part.min(0.0)).sum::<f64>() - status;
        within(
            b.attrition_cap,
            b.effect_multiplier * low,
            b.effect_multiplier * high,
        )
    }
}

/// Whether a sum of logarithms between `low` and `high` stays strictly inside the caps of its exponential.
fn within(cap: [f64; 2], low: f64, high: f64) -> bool {
    low > libm::log(cap[0]) && high < libm::log(cap[1])
}

fn behavior(scenario: &Scenario, found: &mut Found) {
    let versions: Vec<&Version> = scenario.programs.iter().flat_map(|p| &p.versions).collect();
    let ground = Ground {
        behavior: &scenario.behavior,
        expires: versions.iter().any(|v| expires(v)),
        leaves: scenario
            .segments
            .iter()
            .any(|s| s.lifetime != Lifetime::Never),
        tiers: versions
            .iter()
            .map(|v| v.ladder.tiers.len())
            .max()
            .unwrap_or(0),
        visible: scenario
            .programs
            .iter()
            .any(|p| p.qualification.is_some_and(|q| q.visibility > 0.0)),
        referral: scenario.programs.iter().any(friends::brings),
        versions,
    };
    if scenario.behavior.effect_multiplier == 0.0 {
        let effects = schema::keys().iter().filter(|key| {
            let path = key.path.as_str();
            path.starts_with("behavior.")
                && !path.starts_with("behavior.redemption.")
                && path != "behavior.effect_multiplier"
                // Who counts as active costs money whatever they do, and redeeming reads what is about to expire.
                && path != "behavior.membership.active_months"
                && !path.starts_with("behavior.expiry_pressure.")
        });
        found.paths.extend(effects.map(|key| key.path.clone()));
        let keys = ["lift", "flexible_share", "regret", "regret_months"];
        found.add(true, "behavior.expiry_pressure.", &keys);
    } else {
        effects(&ground, found);
        tiers::effects(&ground, found);
        friends::effects(&ground, found);
        endowed_progress(scenario, found);
    }
    expiry_window(&ground, found);
    redemption(&ground, found);
}

fn effects(ground: &Ground, found: &mut Found) {
    let b = ground.behavior;
    found.add(ground.frequency_is_free(), "behavior.", &["frequency_cap"]);
    found.add(
        !ground.leaves || ground.attrition_is_free(),
        "behavior.",
        &["attrition_cap"],
    );
    let lift = &b.stated_lift;
    let acts = lift.frequency != 0.0 || lift.hazard_ratio != 1.0 || lift.basket != 0.0;
    found.add(!ground.leaves, "behavior.stated_lift.", &["hazard_ratio"]);
    found.add(!acts, "behavior.stated_lift.", &["who"]);
    found.add(!ground.leaves, "behavior.membership.", &["hazard_ratio"]);
    for (kind, key) in [
        (RewardKind::Tender, "tender"),
        (RewardKind::OwnGood, "own_good"),
        (RewardKind::External, "external"),
    ] {
        found.add(!ground.offers(kind), "behavior.points_pressure.", &[key]);
    }
    let rewarded = b.rewarded_behavior.lift != 0.0;
    found.add(!rewarded, "behavior.rewarded_behavior.", &["decay_weeks"]);
    let expiry = &b.expiry_pressure;
    let regrets = ground.expires && ground.leaves;
    let table = "behavior.expiry_pressure.";
    found.add(!ground.expires, table, &["lift"]);
    found.add(ground.expiry_lift() == 0.0, table, &["flexible_share"]);
    found.add(!regrets, table, &["regret"]);
    found.add(!regrets || expiry.regret == 0.0, table, &["regret_months"]);
    let fades = ground.membership_frequency() != 0.0;
    found.add(!fades, "behavior.novelty.", &["half_life_months", "floor"]);
    found.add(
        fades && b.novelty.floor == 1.0,
        "behavior.novelty.",
        &["half_life_months"],
    );
}

/// Whether some point ends by rule, for all members or for those of a tier.
fn expires(version: &Version) -> bool {
    let mut rules = version.ladder.tiers.iter().filter_map(|tier| tier.expiry);
    version.expiry != Expiry::Never || rules.any(|rule| rule != Expiry::Never)
}

/// A credit that keeps the card needs a credit and a card that can be given up, in one program.
fn endowed_progress(scenario: &Scenario, found: &mut Found) {
    let can = |program: &Program| {
        program.enrollment.abandonment_per_visit > 0.0
            && program.versions.iter().any(|v| v.earn.sign_up_bonus > 0)
    };
    let idle = !scenario.programs.iter().any(can);
    found.add(idle, "behavior.endowed_progress.", &["hazard_ratio"]);
}

/// The window before expiry is read by the lift and by the boost of redemption.
fn expiry_window(ground: &Ground, found: &mut Found) {
    let lifts = ground.behavior.effect_multiplier != 0.0 && ground.expiry_lift() != 0.0;
    let boosts = ground.expires && ground.behavior.redemption.expiry_boost != 0.0;
    let keys = ["window_days", "min_value"];
    found.add(!lifts && !boosts, "behavior.expiry_pressure.", &keys);
}

fn redemption(ground: &Ground, found: &mut Found) {
    let even = ground.behavior.redemption.slope == 0.0;
    let table = "behavior.redemption.";
    found.add(even, table, &["threshold_rewards", "threshold_sigma"]);
    found.add(!ground.expires, table, &["expiry_boost"]);
    let choice = ground.versions.iter().any(|v| v.rewards.len() > 1);
    found.add(!choice, table, &["value_weight"]);
}

fn of_program(program: &Program, found: &mut Found) {
    let table = format!("program.{}.", program.name);
    // Where everybody joins at the first visit there is nobody left to join later or less willingly.
    let everybody = program.enrollment.ceiling == 1.0;
    let keys = ["enrollment.half_time_months", "enrollment.selection"];
    found.add(everybody, &table, &keys);
    let month_first = |v: &Version| match (v.earn.cap_per_visit, v.earn.cap_per_month) {
        (Some(visit), Some(month)) => month <= visit,
        _ => false,
    };
    found.add(
        program.versions.iter().all(month_first),
        &table,
        &["earn.cap_per_visit"],
    );
    tiers::rules(program, &table, found);
    friends::rules(program, &table, found);
    let cost = &program.cost;
    let rewards = program.versions.iter().flat_map(|v| &v.rewards);
    let nothing_inflates = cost.per_month == 0
        && cost.per_active_member_per_year == 0.0
        && cost.per_redemption == 0.0
        && rewards.into_iter().all(|reward| reward.unit_cost == 0)
        && tiers::benefits_are_free(program);
    found.add(nothing_inflates, &table, &["cost.inflation_per_year"]);
}

#[cfg(test)]
mod tests {
    use crate::scenario::{parse, starter_transactional};

    fn unbound(text: &str) -> Vec<String> {
        let parsed = parse(text);
        assert!(!parsed.has_errors(), "{:#?}", parsed.diagnostics);
        parsed.scenario.map(|s| s.unbound).unwrap_or_default()
    }

    #[test]
    fn everything_in_the_starter_can_bind() {
        assert_eq!(unbound(starter_transactional()), [""; 0]);
    }

    #[test]
    fn only_what_was_written_is_listed() {
        let market = "name = \"x\"\ncurrency = \"EUR\"\nstart = \"2027-01\"\n[market]\narrivals_per_year = 100\n\
                      [[segment]]\nname = \"all\"\npurchases_per_year = 6\nlifetime = { model = \"never\" }\n\
                      basket = { mean = 20, between_cv = 0, within_cv = 0 }\nmargin_rate = 0.3\n";
        assert_eq!(unbound(market), [""; 0]);
        let with = |rest: &str| unbound(&format!("{market}{rest}"));
        assert_eq!(
            with("[behavior.membership]\nhazard_ratio = 0.9\n"),
            ["behavior.membership.hazard_ratio"],
            "there is no program"
        );
        let program = "[[program]]\nname = \"Points\"\n[[program.reward]]\nname = \"r\"\nkind = \"tender\"\npoints = 10\n\
                       face_value = 1\n";
        assert_eq!(
            with(
                "[goal]\nmaximize = \"margin\"\nsubject_to = [{ measure = \"roi\", at_least = 1 }]\n"
            ),
            ["goal.maximize", "goal.subject_to.roi.at_least"],
            "nothing to compare"
        );
        assert_eq!(
            with("[market.word_of_mouth]\nslots = 5\n"),
            ["market.word_of_mouth.slots"],
            "nobody talks"
        );
        assert_eq!(
            with(&format!(
                "[behavior.membership]\nhazard_ratio = 0.9\n{program}"
            )),
            ["behavior.membership.hazard_ratio"],
            "nobody leaves"
        );
        assert_eq!(
            with(&format!(
                "[behavior]\nfrequency_cap = [0.5, 1.05]\n[behavior.stated_lift]\nfrequency = 0.1\n{program}"
            )),
            [""; 0],
            "the cap is in reach"
        );
    }
}
