//! Slots, caps and reproduction by hand.

use super::*;
use crate::population::stationary::segment_laws;
use crate::population::strata;
use crate::program::{Rules, RulesError};
use crate::scenario::parse;
use proptest::prelude::*;

fn rules() -> ReferralRules {
    ReferralRules {
        who: Who::Members,
        invitation_hazard: 0.1,
        conversion: 0.25,
        delay: 2.0,
        after_purchases: 2,
        ambassador: Grant::Money { amount: 500 },
        friend: Grant::None,
        most_rewarded: 3,
        most_per_year: 2,
        self_share: 0.05,
        size_factor: 1.0,
        first_december: 11,
        reproduction: 0.0,
    }
}

const NEVER: f64 = f64::INFINITY;

#[test]
fn a_slot_comes_in_one_of_five_ways() {
    use InsteadOf::{Later, Never, Same};
    let invited = |at, instead_of| Coming::Invited { at, instead_of };
    assert_eq!(coming(NEVER, None, 50.0), Coming::Never);
    assert_eq!(coming(10.0, None, 50.0), Coming::Unprompted { at: 10.0 });
    // The referrer is gone before word of mouth works.
    assert_eq!(coming(10.0, None, 9.0), Coming::Never);
    assert_eq!(coming(NEVER, Some((5.0, 7.0)), 50.0), invited(7.0, Never));
    assert_eq!(
        coming(20.0, Some((5.0, 7.0)), 50.0),
        invited(7.0, Later { unprompted: 20.0 })
    );
    assert_eq!(coming(6.0, Some((5.0, 7.0)), 50.0), invited(6.0, Same));
    // Came before anybody invited: nothing is paid.
    assert_eq!(
        coming(4.0, Some((5.0, 7.0)), 50.0),
        Coming::Unprompted { at: 4.0 }
    );
    // Leaving ends word of mouth and invitations, not an invitation on its way.
    assert_eq!(coming(20.0, Some((5.0, 7.0)), 6.0), invited(7.0, Never));
    assert_eq!(coming(NEVER, Some((5.0, 7.0)), 5.0), Coming::Never);
}

#[test]
fn who_is_an_ambassador() {
    let standing = Standing {
        member: true,
        rank: 1,
        version: 0,
        visits: 5,
        paid: 10_000,
        acceptance: 0.3,
    };
    let is =
        |who: Who, standing: Standing| ReferralRules { who, ..rules() }.is_ambassador(&standing);
    assert!(is(Who::Members, standing));
    let outsider = Standing {
        member: false,
        ..standing
    };
    assert!(!is(Who::Members, outsider));
    assert!(is(Who::Tier(vec![1, 2]), standing));
    let later = Standing {
        version: 1,
        ..standing
    };
    assert!(!is(Who::Tier(vec![1, 2]), later));
    assert!(is(Who::Purchases(5), standing) && !is(Who::Purchases(6), standing));
    assert!(is(Who::Invited(0.31), standing) && !is(Who::Invited(0.3), standing));
    let score = Score {
        per_visit: 0.1,
        per_minor: 0.0001,
        average: 1.0,
    };
    // 0.5 + 1.0 − 1.0 = 0.5.
    assert!(is(Who::Score(score, 0.49), standing) && !is(Who::Score(score, 0.51), standing));
}

#[test]
fn caps_per_ambassador_and_year() {
    let rules = rules();
    let mut state = AmbassadorState::default();
    let paid: Vec<bool> = [0, 5, 11, 12, 13]
        .iter()
        .map(|m| state.reward(&rules, *m))
        .collect();
    // Two in the first year, the third ever in the second, and none after.
    assert_eq!(paid, [true, true, false, true, false]);
    assert_eq!(state.rewarded(), 3);
}

#[test]
fn draws_of_a_slot() {
    let rules = rules();
    assert!((rules.invited_after(0.5) - 10.0 * 2.0f64.ln()).abs() < 1e-9);
    assert!(rules.converts(0.24) && !rules.converts(0.25));
    assert!((rules.comes_at(3.0, 0.5) - (3.0 + 2.0 * 2.0f64.ln())).abs() < 1e-9);
    assert!(rules.is_self_referral(0.04) && !rules.is_self_referral(0.05));
    assert!(!rules.pays_at(1) && rules.pays_at(2) && !rules.pays_at(3));
    let at_once = ReferralRules {
        delay: 0.0,
        invitation_hazard: 0.0,
        ..rules
    };
    assert_eq!(at_once.comes_at(3.0, 0.9), 3.0);
    assert_eq!(at_once.invited_after(0.9), NEVER);
    assert_eq!(unprompted_after(&WordOfMouth::default(), 0.999), NEVER);
    assert_eq!(expected_cost(Grant::Money { amount: 250 }), 250.0);
    let voucher = Grant::Voucher {
        face_value: 1_000,
        used_share: 0.6,
    };
    assert_eq!(expected_cost(voucher), 600.0);
    assert_eq!(expected_cost(Grant::Points { points: 9 }), 0.0);
}

#[test]
fn reproduction_at_its_limits() {
    // Nobody leaves and everybody is invited in the end: every slot converts.
    assert!((new_friends(3.0, 0.2, 1.0, 0.0, 0.0, 1e4) - 0.6).abs() < 1e-12);
    // Within T months: 1 − e^(−ιT), less those who would have come by themselves.
    let within = new_friends(4.0, 0.5, 0.1, 0.02, 0.0, 12.0);
    let expected = 2.0 * (1.0 - (-1.2f64).exp()) * (-0.24f64).exp();
    assert!((within - expected).abs() < 1e-12);
    // A lifetime without end of the horizon: ι/(ι + μ).
    let lifelong = new_friends(1.0, 1.0, 0.03, 0.0, 0.01, 1e5);
    assert!((lifelong - 0.75).abs() < 1e-12);
    assert_eq!(new_friends(3.0, 0.2, 0.0, 0.1, 0.1, 60.0), 0.0);
}

proptest! {
    /// The closed form against a plain sum over the time of leaving.
    #[test]
    fn reproduction_is_the_mean_over_lifetimes(
        invitation in 0.0..0.5f64, unprompted in 0.0..0.2f64, leaving in 0.001..0.3f64, months in 1.0..80.0f64,
    ) {
        let of = |t: f64| (1.0 - (-invitation * t).exp()) * (-unprompted * t).exp();
        let steps = 4_000;
        let h = months / f64::from(steps);
        let mut sum = (-leaving * months).exp() * of(months);
        for i in 0..steps {
            let t = (f64::from(i) + 0.5) * h;
            sum += leaving * (-leaving * t).exp() * of(t) * h;
        }
        let closed = new_friends(1.0, 1.0, invitation, unprompted, leaving, months);
        prop_assert!((closed - sum).abs() < 1e-5, "{closed} against {sum}");
    }

    /// A stronger program brings everybody a weaker one brings, no later.
    #[test]
    fn a_stronger_program_brings_no_friend_later(
        unprompted in 0.0..60.0f64, left in 0.0..60.0f64, invite in 0.0..1.0f64, delay in 0.0..1.0f64,
        convert in 0.0..1.0f64,
    ) {
        let at = |coming: Coming| match coming {
            Coming::Never => NEVER,
            Coming::Unprompted { at } | Coming::Invited { at, .. } => at,
        };
        let lived = |hazard: f64, conversion: f64| {
            let rules = ReferralRules { invitation_hazard: hazard, conversion, ..rules() };
            let invited = rules.invited_after(invite);
            let converted = rules.converts(convert) && invited < NEVER;
            at(coming(unprompted, converted.then(|| (invited, rules.comes_at(invited, delay))), left))
        };
        let none = lived(0.0, 0.0);
        let weak = lived(0.05, 0.2);
        let strong = lived(0.1, 0.4);
        prop_assert!(weak <= none && strong <= weak, "{none} {weak} {strong}");
    }
}

fn built(referral: &str) -> Result<Rules, RulesError> {
    let text = format!(
        "name = \"x\"\ncurrency = \"EUR\"\nstart = \"2027-03\"\nhorizon_months = 60\n[simulation]\n\
         customers = 1000\n[market]\ncustomers = 1000\ncompany_age_years = 5\nword_of_mouth = {{ slots = 10 }}\n\
         [[segment]]\nname = \"s\"\npurchases_per_year = 24\nlifetime = {{ model = \"never\" }}\n\
         basket = {{ mean = 10, between_cv = 0, within_cv = 0 }}\nmargin_rate = 0.3\n[[program]]\nname = \"Friends\"\n\
         kind = \"ambassador\"\nenrollment = {{ ceiling = 0.5 }}\nreferral = {{ {referral} }}\n"
    );
    let parsed = parse(&text);
    let scenario = parsed
        .scenario
        .unwrap_or_else(|| panic!("{:#?}", parsed.diagnostics));
    let laws = segment_laws(&scenario).unwrap();
    let strata = strata::plan(&scenario).unwrap();
    let pilot = Pilot::new(&scenario, &laws, &strata);
    Rules::new(&scenario.programs[0], &scenario, &pilot)
}

#[test]
fn friends_of_friends_must_end() {
    // Ten slots invited at 6/10 a year for five years, of half the customers: 0.5·10·c·(1 − e^(−3)).
    let rules =
        built("invitations_per_year = 6, conversion = 0.1, self_referral_share = 0").unwrap();
    let reproduction = rules.referral.unwrap().reproduction;
    assert!(
        (reproduction - 0.5 * (1.0 - (-3.0f64).exp())).abs() < 1e-9,
        "{reproduction}"
    );
    let refused = built("invitations_per_year = 6, conversion = 0.3");
    assert!(
        matches!(refused, Err(RulesError::Explosion { .. })),
        "{refused:?}"
    );
    let few = built(
        "who = \"invited\", accepted_share = 0.1, invitations_per_year = 6, conversion = 0.3",
    )
    .unwrap();
    assert!(few.referral.unwrap().reproduction < 0.2);
}
