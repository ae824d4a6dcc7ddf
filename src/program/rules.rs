//! A program with its population constants: what the life loop asks.

use super::earn::EarnRate;
use super::enrollment::EnrollmentRule;
use super::opening_book::BookRule;
use super::referral::ReferralRules;
use super::reward::Catalog;
use super::tier::TierRules;
use crate::population::Pilot;
use crate::scenario::model::{Earn, Expiry, Program, Promotion, Redemption, Scenario, Version};

/// One dated set of rules.
#[derive(Clone, Debug)]
pub struct VersionRules {
    /// Instant (months) from which it holds.
    pub from: f64,
    /// Instant from which behavior can see it coming.
    pub announced: f64,
    pub earn: Earn,
    /// The same, ready for many visits.
    pub earn_rate: EarnRate,
    /// The same under multipliers: by promotion (first without any) and rank. See [`VersionRules::multiplied_rate`].
    multiplied: Vec<Option<EarnRate>>,
    pub expiry: Expiry,
    pub catalog: Catalog,
    /// `None` in a program without tiers.
    pub tiers: Option<TierRules>,
    /// Share of members who hold each rank or a higher one, rank 0 first: a constant of the run, measured on the pilot
    /// before it. Empty without tiers, and until measured.
    pub holders: Vec<f64>,
}

/// A program ready to be lived under.
#[derive(Clone, Debug)]
pub struct Rules {
    pub name: String,
    pub launch: f64,
    /// Share by which the program raises arrivals.
    pub arrival_lift: f64,
    pub enrollment: EnrollmentRule,
    /// Exposure of the card per earning visit before the first redemption: −ln(1 − p).
    pub card_exposure: f64,
    /// In increasing `from`; never empty.
    pub versions: Vec<VersionRules>,
    pub opening: Option<BookRule>,
    /// Distinct reward names in order of first appearance.
    pub reward_names: Vec<String>,
    /// Distinct tier names in order of first appearance; empty without tiers.
    pub tier_names: Vec<String>,
    pub referral: Option<ReferralRules>,
    /// By their dates, one after the other.
    pub promotions: Vec<Promotion>,
}

/// Why a program cannot be lived under.
#[derive(Clone, Debug, PartialEq)]
pub enum RulesError {
    /// Nobody in the opening base can hold a vintage of the opening book.
    UnheldVintage { program: String, months_ago: u32 },
    /// Friends bring friends almost without end.
    Explosion { program: String, reproduction: f64 },
}

impl std::fmt::Display for RulesError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RulesError::UnheldVintage {
                program,
                months_ago,
            } => write!(
                f,
                "program {program}: no customer alive at the start was a member {months_ago} months before, so nobody can hold the opening points of that month"
            ),
            RulesError::Explosion {
                program,
                reproduction,
            } => write!(
                f,
                "program {program}: each customer would bring {reproduction:.2} new friends who bring friends in turn; at most {} can be believed: fewer invitations, or a lower conversion",
                super::referral::MOST_REPRODUCTION
            ),
        }
    }
}

impl std::error::Error for RulesError {}

impl VersionRules {
    /// The earn rate at a rank under a promotion of the program, by its place; `None` where it is that without either.
    #[inline]
    pub fn multiplied_rate(&self, rank: u8, promotion: Option<usize>) -> Option<&EarnRate> {
        let ranks = self.tiers.as_ref().map_or(0, TierRules::count) + 1;
        let place = promotion.map_or(0, |promotion| promotion + 1) * ranks + usize::from(rank);
        self.multiplied.get(place)?.as_ref()
    }
}

impl Rules {
    /// # Errors
    /// See [`RulesError`].
    pub fn new(program: &Program, scenario: &Scenario, pilot: &Pilot) -> Result<Rules, RulesError> {
        let launch = f64::from(program.launch_month);
        let enrollment = EnrollmentRule::new(&program.enrollment, launch, pilot);
        let never_share = scenario.behavior.redemption.never_share;
        let deal = |book| BookRule::new(book, &enrollment, never_share, pilot);
        let opening = program.opening.as_ref().map(deal).transpose();
        let opening = opening.map_err(|months_ago| RulesError::UnheldVintage {
            program: program.name.clone(),
            months_ago,
        })?;
        let reward_names = reward_names(program);
        let redemption: &Redemption = &scenario.behavior.redemption;
        let mut before = None;
        let versions = program
            .versions
            .iter()
            .map(|v| {
                let tiers = program.qualification.as_ref().map(|qualification| {
                    let previous = before.replace(&v.ladder);
                    TierRules::new(qualification, &v.ladder, previous, scenario, pilot)
                });
                VersionRules {
                    multiplied: multiplied_rates(&v.earn, tiers.as_ref(), &program.promotions),
                    tiers,
                    holders: Vec::new(),
                    from: f64::from(v.from_month),
                    announced: f64::from(v.announced_month),
                    earn: v.earn,
                    earn_rate: EarnRate::new(&v.earn),
                    expiry: v.expiry,
                    catalog: Catalog::new(&program.name, &v.rewards, &reward_names, redemption),
                }
            })
            .collect();
        Ok(Rules {
            name: program.name.clone(),
            launch,
            arrival_lift: program.arrival_lift,
            enrollment,
            card_exposure: -libm::log1p(-program.enrollment.abandonment_per_visit),
            versions,
            opening,
            reward_names,
            tier_names: tier_names(program),
            referral: referral_rules(program, scenario, pilot)?,
            promotions: program.promotions.clone(),
        })
    }

    /// Whether points can still end by rule from version `index` on.
    pub fn ever_expires_from(&self, index: usize) -> bool {
        self.versions[index..].iter().any(|v| {
            v.expiry != Expiry::Never || v.tiers.as_ref().is_some_and(TierRules::ever_expires)
        })
    }

    /// Whether points of a holder of `rank` who is gone can still end by rule, from version `index` on: reviews only take
    /// tiers away, new rules may rename them.
    pub fn can_expire(&self, index: usize, rank: u8) -> bool {
        let version = &self.versions[index];
        let present = match &version.tiers {
            None => version.expiry != Expiry::Never,
            Some(tiers) => (0..=rank).any(|r| tiers.expiry(r, version.expiry) != Expiry::Never),
        };
        present || self.versions.len() > index + 1 && self.ever_expires_from(index + 1)
    }

    /// Whether the program has tiers, in any version.
    pub fn has_tiers(&self) -> bool {
        self.versions.iter().any(|v| v.tiers.is_some())
    }

    /// Most tiers of any version: what the bounds of the dials depend on; 0 without tiers.
    pub fn most_tiers(&self) -> usize {
        let counts = self.versions.iter().filter_map(|v| v.tiers.as_ref());
        counts.map(TierRules::count).max().unwrap_or(0)
    }
}

/// Distinct reward names of a program, in order of first appearance over its versions.
pub fn reward_names(program: &Program) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for reward in program.versions.iter().flat_map(|v| &v.rewards) {
        if !names.contains(&reward.name) {
            names.push(reward.name.clone());
        }
    }
    names
}

fn multiplied_rates(
    earn: &Earn,
    tiers: Option<&TierRules>,
    promotions: &[Promotion],
) -> Vec<Option<EarnRate>> {
    let plain = EarnRate::new(earn);
    let ranks = tiers.map_or(0, TierRules::count) as u8;
    let by_promotion = promotions.iter().map(|promotion| promotion.earn_permille);
    std::iter::once(1000)
        .chain(by_promotion)
        .flat_map(|promotion| {
            (0..=ranks).map(move |rank| {
                let tier = tiers.map_or(1000, |tiers| tiers.earn_permille(rank));
                Some(EarnRate::multiplied(earn, tier, promotion)).filter(|rate| *rate != plain)
            })
        })
        .collect()
}

fn referral_rules(
    program: &Program,
    scenario: &Scenario,
    pilot: &Pilot,
) -> Result<Option<ReferralRules>, RulesError> {
    let Some(referral) = &program.referral else {
        return Ok(None);
    };
    let rules = ReferralRules::new(referral, program, scenario, pilot);
    if rules.reproduction >= super::referral::MOST_REPRODUCTION {
        return Err(RulesError::Explosion {
            program: program.name.clone(),
            reproduction: rules.reproduction,
        });
    }
    Ok(Some(rules))
}

/// Distinct tier names of a program, in order of first appearance over its versions.
pub fn tier_names(program: &Program) -> Vec<String> {
    let tiers = |v: &Version| v.ladder.tiers.iter().map(|t| t.name.clone()).collect();
    let mut names: Vec<String> = Vec::new();
    for name in program.versions.iter().flat_map::<Vec<String>, _>(tiers) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
