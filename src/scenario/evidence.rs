//! The evidence register: for each number about how customers react, its default, its plausible range, how good the
//! evidence is, where it comes from and whom it concerns.
//!
//! The single source of these defaults, of the warnings outside the ranges, and of the documentation. Few of the
//! defaults are published numbers, and the register says which: [`Basis::Read`] means that the cited text was read,
//! and is the only basis ever called published; [`Basis::Recalled`] and [`Basis::Judgement`] never are.

use serde::{Deserialize, Serialize};

use super::calendar::{DAYS_PER_MONTH, WEEKS_PER_MONTH};
use super::model::{Behavior, Program, Qualification, Referral, Scenario};

/// Strength of a study's design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// Randomized, or structural with identification.
    A,
    /// Quasi-experimental.
    B,
    /// Matched observation.
    C,
    /// Laboratory, a single small study, or judgement.
    D,
}

/// What the number itself rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Read in the text or the abstract of the cited source.
    Read,
    /// Computed from published figures or open data.
    Computed,
    /// Remembered from the literature and not read again: provisional, never presented as published.
    Recalled,
    /// Judgement: the form follows the cited source, the number does not.
    Judgement,
}

impl Basis {
    /// The basis of a range in a warning.
    fn of_range(self) -> &'static str {
        match self {
            Basis::Read => "published",
            Basis::Computed => "computed from published figures",
            Basis::Recalled => "recalled from the literature and not read again",
            Basis::Judgement => "set by judgement, not published",
        }
    }
}

/// One row of the register.
#[derive(Clone, Copy, Debug)]
pub struct Evidence {
    /// Path of the key without names of list elements.
    pub path: &'static str,
    pub default: f64,
    /// Plausible range; a value outside is warned about.
    pub lo: f64,
    pub hi: f64,
    pub grade: Grade,
    /// What the default rests on.
    pub basis: Basis,
    /// What the range rests on.
    pub range_basis: Basis,
    pub source: &'static str,
    pub applies_to: &'static str,
    value: Value,
}

/// Where the value in use stands in a resolved scenario.
#[derive(Clone, Copy, Debug)]
enum Value {
    Behavior(fn(&Behavior) -> f64),
    Program(fn(&Program) -> f64),
    /// Read only where it is not zero.
    Attraction(fn(&Program) -> f64),
    /// One per reward of the first version.
    Reward,
    /// Read only where a program has tiers.
    Status(fn(&Behavior) -> f64),
    Qualification(fn(&Qualification) -> f64),
    /// Read only where a program pays for friends.
    Friends(fn(&Behavior) -> f64),
    Referral(fn(&Referral) -> f64),
}

/// One row as used by a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Path through names.
    pub path: String,
    /// The value of this scenario, in the unit of the key.
    pub used: f64,
    pub default: f64,
    pub lo: f64,
    pub hi: f64,
    pub grade: Grade,
    pub basis: Basis,
    pub source: String,
    pub applies_to: String,
}

impl Evidence {
    /// Says that `value` is outside the range, and what the range rests on; `None` inside, and for an effect that is
    /// switched off, which claims nothing.
    pub fn doubt(&self, value: f64) -> Option<String> {
        let effect = self.path.starts_with("behavior.points_pressure")
            || self.path.ends_with(".strength")
            || self.path == "behavior.rewarded_behavior.lift";
        if (value >= self.lo && value <= self.hi) || (effect && value == 0.0) {
            return None;
        }
        Some(format!(
            "plausible is {} to {}, a range {} ({}; grade {:?})",
            self.lo,
            self.hi,
            self.range_basis.of_range(),
            self.source,
            self.grade
        ))
    }
}

/// The row of a key, if it has one.
pub fn row_of(path: &str) -> Option<&'static Evidence> {
    REGISTER.iter().find(|row| row.path == path)
}

/// The default of a key; every path a key names is in the register, which a test checks.
pub fn default_of(path: &str) -> f64 {
    row_of(path).map_or(0.0, |row| row.default)
}

/// Every row with the value a scenario uses: the behavior shared by all, then what each program assumes. Rows about
/// mechanics that no program has are left out.
pub fn evidence_rows(scenario: &Scenario) -> Vec<Row> {
    let uses = |evidence: &'static Evidence| evidence.used_by(scenario).into_iter();
    REGISTER
        .iter()
        .flat_map(|evidence| uses(evidence).map(move |(path, used)| evidence.row(path, used)))
        .collect()
}

impl Evidence {
    fn row(&self, path: String, used: f64) -> Row {
        Row {
            path,
            used: twelve_digits(used),
            default: self.default,
            lo: self.lo,
            hi: self.hi,
            grade: self.grade,
            basis: self.basis,
            source: self.source.to_string(),
            applies_to: self.applies_to.to_string(),
        }
    }

    /// Path through names and value, wherever a scenario uses this number.
    fn used_by(&self, scenario: &Scenario) -> Vec<(String, f64)> {
        let programs = &scenario.programs;
        let behavior = &scenario.behavior;
        let shared = |used: f64| vec![(self.path.to_string(), used)];
        let tail = self.path.trim_start_matches("program.");
        let path = |program: &Program| format!("program.{}.{tail}", program.name);
        match self.value {
            Value::Behavior(get) if self.path == "behavior.expiry_pressure.min_value" => {
                shared(get(behavior) / scenario.currency.minor_per_major() as f64)
            }
            Value::Behavior(get) => shared(get(behavior)),
            Value::Status(get) if programs.iter().any(|p| p.qualification.is_some()) => {
                shared(get(behavior))
            }
            Value::Friends(get) if programs.iter().any(|p| p.referral.is_some()) => {
                shared(get(behavior))
            }
            Value::Status(_) | Value::Friends(_) => Vec::new(),
            Value::Program(get) => programs.iter().map(|p| (path(p), get(p))).collect(),
            Value::Attraction(get) => {
                let used = programs.iter().filter(|p| get(p) != 0.0);
                used.map(|p| (path(p), get(p))).collect()
            }
            Value::Qualification(get) => {
                let own = |p: &Program| p.qualification.as_ref().map(|q| (path(p), get(q)));
                programs.iter().filter_map(own).collect()
            }
            Value::Referral(get) => {
                let own = |p: &Program| p.referral.as_ref().map(|r| (path(p), get(r)));
                programs.iter().filter_map(own).collect()
            }
            Value::Reward => displacements(scenario).collect(),
        }
    }
}

fn displacements(scenario: &Scenario) -> impl Iterator<Item = (String, f64)> + '_ {
    scenario.programs.iter().flat_map(|program| {
        let rewards = program.versions.first().map_or(&[][..], |v| &v.rewards[..]);
        rewards
            .iter()
            .filter(|reward| reward.kind == super::model::RewardKind::OwnGood)
            .map(|reward| {
                let path = format!(
                    "program.{}.reward.{}.displacement",
                    program.name, reward.name
                );
                (path, reward.displacement)
            })
    })
}

/// Hides the last digits that a change of units and back disturbs.
fn twelve_digits(x: f64) -> f64 {
    format!("{x:.11e}").parse().unwrap_or(x)
}

const fn row(
    path: &'static str,
    [default, lo, hi]: [f64; 3],
    grade: Grade,
    [basis, range_basis]: [Basis; 2],
    source: &'static str,
    applies_to: &'static str,
    value: Value,
) -> Evidence {
    Evidence {
        path,
        default,
        lo,
        hi,
        grade,
        basis,
        range_basis,
        source,
        applies_to,
        value,
    }
}

use Basis::{Computed, Judgement, Read, Recalled};
use Grade::{B, C, D};
use Value::{Behavior as Dial, Friends, Program as Each, Referral as Refers, Status};

const JUDGED: [Basis; 2] = [Judgement, Judgement];
const MEMBERS: &str = "members";
const HOLDERS: &str = "members who hold a tier";
const STATUS: &str = "direction from Behrens, de Jong and van Ommeren 2021 (Tinbergen DP 21-077, fuzzy regression \
    discontinuity): upgraded members raise demand, more so in higher tiers; dilution after Drèze and Nunes 2009 (JCR \
    35:890); sizes by judgement";
const LEAVING: &str = "no published size of status on leaving is known; set by judgement";

/// The register, in the order of the language.
#[rustfmt::skip]
pub static REGISTER: &[Evidence] = &[
    row("behavior.effect_multiplier", [1.0, 0.0, 2.0], D, JUDGED,
        "a multiplier of all effects: 1 as assumed, 0 nobody reacts", "all effects",
        Dial(|b| b.effect_multiplier)),
    row("behavior.stated_lift.frequency", [0.0, 0.0, 0.08], D, JUDGED,
        "off unless you have a test of your own; Nastasoiu et al. 2021 measure 1.74 % of sales in a cash-like program, \
         and more than 8 % is beyond what points programs have shown", "as stated by `who`",
        Dial(|b| b.stated_lift.frequency)),
    row("behavior.stated_lift.hazard_ratio", [1.0, 0.8, 1.0], D, JUDGED,
        "off unless you have a test of your own", "as stated by `who`",
        Dial(|b| b.stated_lift.hazard_ratio)),
    row("behavior.stated_lift.basket", [0.0, 0.0, 0.05], D, JUDGED,
        "off unless you have a test of your own; Gopalakrishnan et al. 2021 find spend per visit about unchanged",
        "as stated by `who`", Dial(|b| b.stated_lift.basket)),
    row("behavior.membership.hazard_ratio", [0.95, 0.8, 1.0], B, JUDGED,
        "direction from Gopalakrishnan, Jiang, Nevskaya and Thomadsen 2021 (Marketing Science 40:508): more than 80 % of \
         a points program's five-year effect comes through attrition; size by judgement",
        "members active in the last year", Dial(|b| b.membership.hazard_ratio)),
    row("behavior.membership.active_months", [12.0, 6.0, 24.0], D, JUDGED,
        "usual window of an active member", MEMBERS, Dial(|b| b.membership.active_months)),
    row("behavior.points_pressure.tender", [0.0, 0.0, 0.15], B, [Read, Judgement],
        "Nastasoiu et al. 2021 (JAMS 49): a cash-like program works by rewarded behavior, not by points pressure",
        "members, least for heavy buyers", Dial(|b| b.points_pressure.tender)),
    row("behavior.points_pressure.own_good", [0.3, 0.15, 0.5], D, [Computed, Judgement],
        "Kivetz, Urminsky and Zheng 2006 (JMR 43:39): last interval of a stamp card about 20 % shorter than the first; \
         heavy customers hardly react (Hartmann and Viard 2008)",
        "members, least for heavy buyers", Dial(|b| b.points_pressure.own_good)),
    row("behavior.points_pressure.external", [0.3, 0.15, 0.5], D, JUDGED,
        "as for own goods: stamp cards of Kivetz, Urminsky and Zheng 2006, carried over by judgement",
        "members, least for heavy buyers", Dial(|b| b.points_pressure.external)),
    row("behavior.rewarded_behavior.lift", [0.06, 0.02, 0.12], C, [Recalled, Recalled],
        "after Taylor and Neslin 2005 (Journal of Retailing 81:293), an eight-week grocery program; size recalled",
        "members after a redemption", Dial(|b| b.rewarded_behavior.lift)),
    row("behavior.rewarded_behavior.decay_weeks", [8.0, 2.0, 26.0], D, JUDGED,
        "after Taylor and Neslin 2005; duration by judgement", "members after a redemption",
        Dial(|b| b.rewarded_behavior.decay_months * WEEKS_PER_MONTH)),
    row("behavior.endowed_progress.hazard_ratio", [0.65, 0.5, 1.0], D, [Computed, Judgement],
        "Nunes and Drèze 2006 (JCR 32:504): 34 % against 19 % of 300 cards completed, difference 5 to 25 points; one \
         small field study", "members of a program with a sign-up credit",
        Dial(|b| b.endowed_progress.hazard_ratio)),
    row("behavior.expiry_pressure.lift", [0.05, 0.0, 0.1], C, JUDGED,
        "direction from Breugelmans and Liu-Thompkins 2017 (Marketing Letters 28:537): expiry can raise purchases, of \
         flexible customers only; size by judgement", "flexible members with points about to expire",
        Dial(|b| b.expiry_pressure.lift)),
    row("behavior.expiry_pressure.window_days", [60.0, 14.0, 120.0], D, JUDGED,
        "usual notice of expiry", "members with points about to expire",
        Dial(|b| b.expiry_pressure.window_months * DAYS_PER_MONTH)),
    row("behavior.expiry_pressure.min_value", [1.0, 0.0, 1e9], D, JUDGED,
        "least value that is noticed", "members with points about to expire",
        Dial(|b| b.expiry_pressure.min_value as f64)),
    row("behavior.expiry_pressure.flexible_share", [0.5, 0.0, 1.0], D, JUDGED,
        "Breugelmans and Liu-Thompkins 2017 find flexible customers only; their share by judgement", MEMBERS,
        Dial(|b| b.expiry_pressure.flexible_share)),
    row("behavior.expiry_pressure.regret", [0.1, 0.0, 0.3], D, JUDGED,
        "no published size is known; set by judgement", "members whose points have expired",
        Dial(|b| b.expiry_pressure.regret)),
    row("behavior.expiry_pressure.regret_months", [3.0, 0.0, 12.0], D, JUDGED,
        "set by judgement", "members whose points have expired", Dial(|b| b.expiry_pressure.regret_months)),
    row("behavior.novelty.half_life_months", [7.5, 6.0, 9.0], C, [Read, Read],
        "Meyer-Waarden and Benavent 2009 (JAMS 37): small changes erode six to nine months after joining",
        "effects on the purchase rate of members", Dial(|b| b.novelty.half_life_months)),
    row("behavior.novelty.floor", [0.3, 0.0, 1.0], D, JUDGED,
        "share that lasts; set by judgement", "effects on the purchase rate of members", Dial(|b| b.novelty.floor)),
    row("behavior.redemption.slope", [1.5, 0.0, 4.0], D, JUDGED,
        "form after Stourm, Bradlow and Fader 2015 (JMR 52:253); calibrate on your redemptions", MEMBERS,
        Dial(|b| b.redemption.slope)),
    row("behavior.redemption.threshold_rewards", [1.5, 0.5, 10.0], D, JUDGED,
        "form after Stourm, Bradlow and Fader 2015; calibrate on your redemptions", MEMBERS,
        Dial(|b| b.redemption.threshold_rewards)),
    row("behavior.redemption.threshold_sigma", [0.8, 0.0, 1.5], D, JUDGED,
        "Stourm, Bradlow and Fader 2015 find large differences between members; size by judgement", MEMBERS,
        Dial(|b| b.redemption.threshold_sigma)),
    row("behavior.redemption.reluctance", [0.0, -3.0, 3.0], D, JUDGED,
        "calibrate on your redemptions", MEMBERS, Dial(|b| b.redemption.reluctance)),
    row("behavior.redemption.never_share", [0.15, 0.0, 0.4], D, JUDGED,
        "calibrate on your redemptions", MEMBERS, Dial(|b| b.redemption.never_share)),
    row("behavior.redemption.expiry_boost", [0.5, 0.0, 2.0], D, JUDGED,
        "set by judgement", "members with points about to expire", Dial(|b| b.redemption.expiry_boost)),
    row("behavior.redemption.value_weight", [1.0, 0.0, 5.0], D, JUDGED,
        "set by judgement", MEMBERS, Dial(|b| b.redemption.value_weight)),
    row("behavior.tier_pressure.strength", [0.2, 0.1, 0.3], B, JUDGED,
        "form after Behrens, de Jong and van Ommeren 2021 (Tinbergen DP 21-077): members raise demand just before the \
         year ends to reach a tier, not earlier; Kopalle et al. 2012 find pressure of tiers beside that of rewards; size \
         by judgement", "members close to the next tier and its deadline", Status(|b| b.tier_pressure.strength)),
    row("behavior.tier_pressure.reach_months", [3.0, 1.0, 6.0], D, JUDGED,
        "set by judgement", "members close to a tier", Status(|b| b.tier_pressure.reach_months)),
    row("behavior.tier_pressure.deadline_months", [3.0, 1.0, 4.0], B, JUDGED,
        "Behrens, de Jong and van Ommeren 2021: only just before the end of the year; months by judgement",
        "members close to a tier", Status(|b| b.tier_pressure.deadline_months)),
    row("behavior.demotion_fear.strength", [0.2, 0.1, 0.3], D, JUDGED,
        "the form of tier pressure, carried over to a tier about to be lost; set by judgement",
        "members about to lose their tier", Status(|b| b.demotion_fear.strength)),
    row("behavior.status.frequency_first", [0.02, 0.0, 0.05], B, JUDGED,
        STATUS, HOLDERS, Status(|b| b.status.frequency[0])),
    row("behavior.status.frequency_second", [0.05, 0.0, 0.1], B, JUDGED,
        STATUS, HOLDERS, Status(|b| b.status.frequency[1])),
    row("behavior.status.frequency_third", [0.08, 0.0, 0.15], B, JUDGED,
        STATUS, HOLDERS, Status(|b| b.status.frequency[2])),
    row("behavior.status.attrition_first", [0.05, 0.0, 0.15], D, JUDGED,
        LEAVING, HOLDERS, Status(|b| b.status.attrition[0])),
    row("behavior.status.attrition_second", [0.1, 0.0, 0.3], D, JUDGED,
        LEAVING, HOLDERS, Status(|b| b.status.attrition[1])),
    row("behavior.status.attrition_third", [0.2, 0.0, 0.4], D, JUDGED,
        LEAVING, HOLDERS, Status(|b| b.status.attrition[2])),
    row("behavior.demotion.aversion", [2.0, 1.5, 2.5], C, [Recalled, Recalled],
        "Wagner, Hennig-Thurau and Rudolph 2009 (JM 73:69), confirmed on field sales: loyalty of demoted customers falls \
         below that of customers never elevated; the factor is the coefficient of prospect theory, recalled",
        "members who lost a tier", Status(|b| b.demotion.aversion)),
    row("behavior.demotion.months", [9.0, 6.0, 12.0], D, JUDGED,
        "no published duration is known; set by judgement", "members who lost a tier", Status(|b| b.demotion.months)),
    row("behavior.bystander.drop", [0.01, 0.0, 0.03], D, JUDGED,
        "direction from Steinhoff and Palmatier 2016 (JAMS 44:88): programs have opposite effects on targets and \
         bystanders; size by judgement", "customers without a tier", Status(|b| b.bystander.drop)),
    row("behavior.referred.hazard_ratio", [0.82, 0.6, 1.0], C, [Recalled, Judgement],
        "Schmitt, Skiera and Van den Bulte 2011 (JM 75:46), about 10,000 customers of a bank, ratio recalled; only as long \
         as the referrer stays (Van den Bulte et al. 2018, JMR 55:132)", "friends while their referrer stays",
        Friends(|b| b.referred.hazard_ratio)),
    row("behavior.referred.basket_premium", [0.0, -0.1, 0.25], C, JUDGED,
        "sign contested: about 25 % more margin in Schmitt, Skiera and Van den Bulte 2011, less in Wolters and Gedenk 2019 \
         and Armelini, Barrot and Becker 2015; 0 and the lower end by judgement: without a premium their 16 % more value in \
         six years is not reproduced", "friends after they came",
        Friends(|b| b.referred.basket_premium)),
    row("behavior.referred.premium_decay_years", [1.2, 0.5, 3.0], D, JUDGED,
        "the margin gap fades (Van den Bulte et al. 2018: better matching); how fast by judgement",
        "friends after they came", Friends(|b| b.referred.premium_decay_months / 12.0)),
    row("behavior.recommending.hazard_ratio", [0.7, 0.34, 1.0], C, [Judgement, Computed],
        "Garnefeld et al. 2013 (JM 77:17): one-year churn 7 % against 19 % of matched customers, a hazard ratio of 0.34; who \
         recommends chooses to, so a third of its logarithm is believed: 14 % leave, not the published 7 %", "customers who brought a friend",
        Friends(|b| b.recommending.hazard_ratio)),
    row("behavior.recommending.months", [12.0, 3.0, 36.0], D, JUDGED,
        "Garnefeld et al. 2013 follow them for a year; set by judgement", "customers who brought a friend",
        Friends(|b| b.recommending.months)),
    row("program.enrollment.ceiling", [0.6, 0.05, 1.0], D, JUDGED,
        "depends on the program; use your own enrollment", "customers", Each(|p| p.enrollment.ceiling)),
    row("program.enrollment.half_time_months", [6.0, 0.0, 36.0], D, JUDGED,
        "depends on the program; use your own enrollment", "customers", Each(|p| p.enrollment.half_time_months)),
    row("program.enrollment.selection", [0.7, 0.0, 1.0], D, JUDGED,
        "heavier and more frequent customers enroll earlier (Meyer-Waarden and Benavent 2009); exponent by judgement",
        "customers", Each(|p| p.enrollment.selection)),
    row("program.enrollment.abandonment_per_visit", [0.0, 0.0, 0.3], D, JUDGED,
        "0 for an account that stays open; about 0.1 for a paper card", "members before the first redemption",
        Each(|p| p.enrollment.abandonment_per_visit)),
    row("program.arrival_lift", [0.0, 0.0, 0.05], D, JUDGED,
        "off unless you know: no published size of a program's own pull on new customers is known; set by judgement",
        "new customers", Value::Attraction(|p| p.arrival_lift)),
    row("program.reward.displacement", [0.4, 0.2, 0.6], D, JUDGED,
        "share of a free good that would have been bought; set by judgement", "redemptions of own goods", Value::Reward),
    row("program.referral.invitations_per_year", [1.0, 0.1, 12.0], D, JUDGED,
        "depends on the program; intention far exceeds what is done (Kumar, Petersen and Leone 2007)", "ambassadors",
        Refers(|r| r.invitations_per_month * 12.0)),
    row("program.referral.conversion", [0.1, 0.01, 0.4], D, JUDGED,
        "depends on the program; use your own conversion", "invited friends", Refers(|r| r.conversion)),
    row("program.referral.delay_weeks", [4.0, 0.0, 26.0], D, JUDGED,
        "set by judgement", "invited friends", Refers(|r| r.delay_months * WEEKS_PER_MONTH)),
    row("program.referral.self_referral_share", [0.02, 0.0, 0.05], D, JUDGED,
        "abuse; set by judgement", "rewarded referrals", Refers(|r| r.self_referral_share)),
    row("program.qualification.visibility", [0.5, 0.0, 1.0], D, JUDGED,
        "Steinhoff and Palmatier 2016 (JAMS 44:88): visibility magnifies both effects; depends on the program",
        "customers without a tier", Value::Qualification(|q| q.visibility)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_inside_its_own_range() {
        for row in REGISTER {
            assert!(row.lo <= row.hi, "{}", row.path);
            assert_eq!(row.doubt(row.default), None, "{}", row.path);
        }
    }

    #[test]
    fn paths_are_unique() {
        let mut paths: Vec<&str> = REGISTER.iter().map(|row| row.path).collect();
        paths.sort_unstable();
        let before = paths.len();
        paths.dedup();
        assert_eq!(paths.len(), before);
    }

    #[test]
    fn only_what_was_read_is_called_published() {
        for row in REGISTER {
            let doubt = row.doubt(row.hi + 1.0).unwrap();
            assert_eq!(
                doubt.contains(", a range published ("),
                row.range_basis == Basis::Read,
                "{}",
                row.path
            );
        }
    }
}
