//! Published facts about referred customers and about those who recommend, on paired lives, and which of them the shipped
//! defaults reproduce. A fact *put in* is an assumption of an effect: the test shows that it survives the way through the
//! engine. One that *comes out* was put in nowhere.

use crate::family::{AT_ONCE, Family, Person, UNTIED, Written};
use crate::support::lives::{
    Moments, PROGRAM, ZERO, assert_mean, assert_z, plan, purchases, shipped,
};
use fidelio::engine::family::Workspace;
use fidelio::engine::observe::EventKind;
use fidelio::scenario::model::Scenario;
use rayon::prelude::*;

/// What is to be known of the families of a scenario, in their order.
fn of_families<T: Send>(
    scenario: &Scenario,
    hear: impl Fn(&Family) -> Vec<T> + Sync + Send,
) -> Vec<T> {
    const CHUNK: u64 = 2048;
    let plan = plan(scenario);
    let strata = plan.layout().strata.iter().enumerate();
    let chunks: Vec<(usize, u64, u64)> = strata
        .flat_map(|(stratum, of)| {
            let simulated = of.simulated;
            (0..simulated.div_ceil(CHUNK))
                .map(move |c| (stratum, c * CHUNK, simulated.min((c + 1) * CHUNK)))
        })
        .collect();
    let heard: Vec<Vec<T>> = chunks
        .into_par_iter()
        .map(|(stratum, from, to)| {
            let mut workspace = Workspace::new(&plan);
            let mut heard = Vec::new();
            for ordinal in from..to {
                let mut family = Family::default();
                workspace
                    .observe(0, stratum, ordinal, &mut family)
                    .expect("a family");
                heard.extend(hear(&family));
            }
            heard
        })
        .collect();
    heard.into_iter().flatten().collect()
}

/// The root's friends who were invited: when they come under the program, and when the root leaves there.
fn invited(family: &Family) -> impl Iterator<Item = (&Person, f64, f64)> {
    let root = &family.people[0];
    let stays = root.left(PROGRAM);
    family.people[1..].iter().filter_map(move |friend| {
        let (referrer, slot) = friend.member.parent?;
        let asked = |slot| {
            let invitation = EventKind::Invitation { slot };
            root.of(PROGRAM).any(|event| event.kind == invitation)
        };
        let by_invitation = referrer == root.member.subject && asked(slot);
        Some((friend, friend.arrival(PROGRAM)?, stays)).filter(|_| by_invitation)
    })
}

/// Months lived and whether it ended by leaving, while the referrer was there (0) and afterwards (1).
type Spells = [(f64, f64); 2];

fn spells(friend: &Person, came: f64, referrer_left: f64, horizon: f64) -> Spells {
    let left = friend.left(PROGRAM);
    let spell = |from: f64, to: f64| {
        let end = to.min(horizon).min(left);
        let months = (end - from).max(0.0);
        (months, f64::from(months > 0.0 && left <= to.min(horizon)))
    };
    [
        spell(came, referrer_left),
        spell(came.max(referrer_left), f64::INFINITY),
    ]
}

fn friends_of(scenario: &Scenario) -> Vec<Spells> {
    let horizon = f64::from(scenario.horizon_months);
    of_families(scenario, |family| {
        invited(family)
            .map(|(friend, came, left)| spells(friend, came, left, horizon))
            .collect()
    })
}

/// Leavers per month lived, and the customers' deviations from it.
fn rate(friends: &[Spells], part: usize) -> (f64, Vec<f64>) {
    let months: f64 = friends.iter().map(|f| f[part].0).sum();
    let leavers: f64 = friends.iter().map(|f| f[part].1).sum();
    let rate = leavers / months;
    let deviation = |f: &Spells| (f[part].1 - rate * f[part].0) / months;
    (rate, friends.iter().map(deviation).collect())
}

const FRIENDS: &str = "referral = { invitations_per_year = 2, conversion = 0.3, delay_weeks = 0, after_purchases = 1, \
    reward = { kind = 'money', value = 25 } }";

/// A market in which all have one hazard of leaving, and a program that pays for friends.
fn bank(horizon: u32, customers: u32, lifetime: &str, effects: &str) -> Scenario {
    let program =
        format!("[[program]]\nname = 'Friends'\nkind = 'ambassador'\n{AT_ONCE}\n{FRIENDS}\n");
    let market = Written {
        horizon,
        customers,
        who: &format!("customers = {customers}\ncompany_age_years = 5"),
        // With a mean basket of 20.00 and 30 % margin: 0.30 a day.
        per_year: 18.25,
        lifetime,
        word_of_mouth: "slots = 3",
        effects,
        programs: &program,
    };
    market.scenario()
}

/// Put in, must survive. Van den Bulte, Bayer, Skiera and Schmitt (2018, JMR 55:132): referred customers leave less only as
/// long as who referred them has not left. Base: the invited friends of customers of month 0; window: 60 months from
/// coming; all have one hazard, so that the leavers per month lived are Poisson and sorting plays no part.
#[test]
fn a_friend_leaves_less_only_while_the_referrer_stays() {
    let (hazard, ratio) = (0.3 / 12.0, 0.82);
    let effects = "referred = { hazard_ratio = 0.82 }\nrecommending = { hazard_ratio = 1 }";
    let lifetime = "model = 'constant', hazard_per_year = 0.3";
    let friends = friends_of(&bank(60, 12_000, lifetime, effects));
    for (part, expected, other) in [(0, ratio, 1.0), (1, 1.0, ratio)] {
        let months: f64 = friends.iter().map(|f| f[part].0).sum();
        let leavers: f64 = friends.iter().map(|f| f[part].1).sum();
        let mean = |ratio: f64| ratio * hazard * months;
        println!(
            "part {part}: {leavers} leavers, {:.3} of the hazard",
            leavers / mean(1.0)
        );
        assert_z("leavers", leavers, mean(expected), mean(expected));
        // It could have told them apart.
        assert!((leavers - mean(other)).abs() > 4.0 * mean(other).sqrt());
    }
}

/// Comes out. The same fact where hazards differ between customers (the shipped ambassadors with 60,000 families and the
/// default hazard ratio of friends; window: their four years): of the same friends with the tie and without it, the
/// difference of leavers per month lived is below zero while the referrer stays. After the referrer has left it is not
/// (−1 % ± 5 %; a benefit that went on would be −18 %): a tie that keeps fragile friends leaves more of them to leave
/// later, which may look like a harm, but not like a benefit. The published test is one of the sign.
#[test]
fn the_churn_gap_of_friends_does_not_outlive_the_referrer() {
    let with = shipped("ambassador", 60_000);
    let mut without = with.clone();
    without.behavior.referred.hazard_ratio = 1.0;
    let (with, without) = (friends_of(&with), friends_of(&without));
    // A referrer's life does not depend on the tie: the same friends come at the same time.
    assert_eq!(with.len(), without.len());
    let gap = |part: usize| {
        let ((rate, mine), (other, theirs)) = (rate(&with, part), rate(&without, part));
        let squares = mine.iter().zip(&theirs).map(|(a, b)| (a - b) * (a - b));
        let error = squares.sum::<f64>().sqrt();
        println!(
            "{} friends, part {part}: {rate:.5} against {other:.5} a month, {:+.1} standard errors",
            with.len(),
            (rate - other) / error
        );
        (rate - other) / error
    };
    assert!(gap(0) < -4.0);
    assert!(gap(1) > -3.0);
}

/// Customers who recommended: how long they were customers and whether they left in the year after the first friend
/// came, under the program and in world 0, and how many purchases differ in that year as long as both lives last.
struct Recommenders {
    count: f64,
    left: f64,
    left_in_world_0: f64,
    differing: usize,
}

fn recommenders(hazard_ratio: f64) -> Recommenders {
    let effects = format!(
        "referred = {{ hazard_ratio = 1 }}\nrecommending = {{ hazard_ratio = {hazard_ratio}, months = 12 }}"
    );
    // 19 % leave within a year.
    let lifetime = "model = 'constant', hazard_per_year = 0.2107210313";
    let scenario = bank(36, 12_000, lifetime, &effects);
    let heard = of_families(&scenario, |family| {
        let root = &family.people[0];
        let came = invited(family).map(|(_, came, _)| came);
        let first = came.fold(f64::INFINITY, f64::min);
        // Whoever brings a friend is there in both worlds: nothing acted on him before.
        if first > 24.0 || root.left(ZERO) <= first {
            return Vec::new();
        }
        let left = |world| root.left(world) <= first + 12.0;
        let until = root.left(ZERO).min(first + 12.0);
        let bought = |world| {
            let all = purchases(&root.events, world);
            all.filter(|p| p.0 > first && p.0 < until)
                .collect::<Vec<_>>()
        };
        vec![(left(PROGRAM), left(ZERO), bought(PROGRAM) != bought(ZERO))]
    });
    let count = |of: &dyn Fn(&(bool, bool, bool)) -> bool| heard.iter().filter(|h| of(h)).count();
    Recommenders {
        count: heard.len() as f64,
        left: count(&|h| h.0) as f64,
        left_in_world_0: count(&|h| h.1) as f64,
        differing: count(&|h| h.2),
    }
}

/// Put in, must survive: calibration. Garnefeld, Eggert, Helm and Tax (2013, JM 77:17): within a year 7 % of recommenders left
/// against 19 % of matched customers, which is a hazard ratio of ln 0.93 ÷ ln 0.81 = 0.344. Base: customers of month 0 who
/// brought a friend within 24 months; window: twelve months from the first friend; the 19 % are the same customers in world 0.
///
/// The shipped default is 0.7, because who recommends chooses to: 14 % instead of 7 % leave, and the fact is not
/// reproduced. Nor is its second half, 11.4 % more revenue per customer: recommending moves no purchase here.
#[test]
fn recommenders_leave_as_published_where_the_published_ratio_is_put_in() {
    let published = (0.93f64.ln() / 0.81f64.ln() * 1e4).round() / 1e4;
    for ratio in [published, 0.7] {
        let found = recommenders(ratio);
        let n = found.count;
        let here = 1.0 - 0.81f64.powf(ratio);
        println!(
            "ratio {ratio}: of {n} left {:.4}, in world 0 {:.4}",
            found.left / n,
            found.left_in_world_0 / n
        );
        assert!(n > 4_000.0);
        assert_z(
            "recommenders",
            found.left,
            n * here,
            n * here * (1.0 - here),
        );
        assert_z(
            "themselves without",
            found.left_in_world_0,
            n * 0.19,
            n * 0.19 * 0.81,
        );
        assert_eq!(found.differing, 0);
    }
    let kept = 1.0 - 0.81f64.powf(published);
    assert!((kept - 0.07).abs() < 1e-4, "{kept}");
}

const PREMIUM: f64 = 0.25;
const DECAY: f64 = 1.2;
const DISCOUNT: f64 = 0.08;
const LEAVING: f64 = 0.3;
const YEARS: f64 = 6.0;

/// Margin of friends within six years of coming, discounted to that time, hundredths of a cent: with the effects and
/// without; and what they bring per day in each of the years, for those still there.
struct Friends {
    with: Moments,
    gap: Moments,
    ratio_by_year: Vec<f64>,
}

fn values(effects: &str) -> Vec<(i64, [i64; 6])> {
    let lifetime = format!("model = 'constant', hazard_per_year = {LEAVING}");
    let scenario = bank(96, 12_000, &lifetime, effects);
    of_families(&scenario, |family| {
        let friends = invited(family).filter(|(_, came, _)| *came <= 96.0 - 12.0 * YEARS);
        let value = |(friend, came, _): (&Person, f64, f64)| {
            let (mut value, mut years) = (0.0, [0i64; 6]);
            for (at, amount, _) in purchases(&friend.events, PROGRAM) {
                let age = (at - came) / 12.0;
                if age < YEARS {
                    value += 30.0 * amount as f64 * (-age * (1.0 + DISCOUNT).ln()).exp();
                    years[age as usize] += amount;
                }
            }
            (value.round() as i64, years)
        };
        friends.map(value).collect()
    })
}

impl Friends {
    fn of(effects: &str) -> Friends {
        let (with, without) = (values(effects), values(UNTIED));
        assert_eq!(with.len(), without.len(), "the same friends");
        let mut all = Friends {
            with: Moments::default(),
            gap: Moments::default(),
            ratio_by_year: Vec::new(),
        };
        for (one, other) in with.iter().zip(&without) {
            all.with.add(one.0);
            all.gap.add(one.0 - other.0);
        }
        let sales = |of: &[(i64, [i64; 6])], year: usize| of.iter().map(|f| f.1[year]).sum::<i64>();
        let ratio = |year| sales(&with, year) as f64 / sales(&without, year) as f64;
        all.ratio_by_year = (0..6).map(ratio).collect();
        all
    }
}

/// Share of friends still there, of those who came at 0: the referrer leaves at the same hazard.
fn still_there(ratio: f64, years: f64) -> f64 {
    let alone = (-LEAVING * years).exp();
    let tied = (-ratio * LEAVING * years).exp();
    alone * (tied + (1.0 - tied) / ratio)
}

/// Margin of a friend in six years, discounted, in closed form up to a quadrature; 0.30 a day.
fn expected(ratio: f64, premium: f64) -> f64 {
    let steps = 6_000;
    let step = YEARS / f64::from(steps);
    let basket = |years: f64| ((1.0 + premium).ln() * (-years / DECAY).exp()).exp();
    let flow =
        |years: f64| still_there(ratio, years) * basket(years) * (1.0 + DISCOUNT).powf(-years);
    let sum: f64 = (0..steps)
        .map(|i| flow((f64::from(i) + 0.5) * step) * step)
        .sum();
    // And the purchase at arrival.
    109.5 * sum + 6.0 * basket(0.0)
}

/// Put in, must survive: calibration. Schmitt, Skiera and Van den Bulte (2011, JM 75:46), about 10,000 customers of a bank:
/// 0.30 EUR of margin a day, 0.076 more of referred customers (here 25 %), a margin gap that fades and a retention gap
/// that lasts; over six years they are worth at least 16 % more, about 40 EUR, so that a reward of 25 EUR returns
/// (40 − 25) ÷ 25 = 60 %. Base: invited friends of customers of month 0 who come within two years, each with and without
/// the effects; window: six years from coming.
///
/// Hazard and discount rate are ours (the paper's were not read), near what the 250 EUR that 40 EUR and 16 % imply
/// need; the hazard ratio is recalled and the decay of the premium is judgement. The gap is what these give, by closed
/// form, and no prediction: 44 EUR, 16 %. The shipped default has no premium, because its sign is contested: its gap is
/// 7 %, below the published one, and a reward of 25 EUR does not come back.
#[test]
fn a_friend_is_worth_what_was_put_in() {
    let text = |premium: f64| {
        format!(
            "referred = {{ hazard_ratio = 0.82, basket_premium = {premium}, premium_decay_years = {DECAY} }}\n\
             recommending = {{ hazard_ratio = 1 }}"
        )
    };
    let base = expected(1.0, 0.0);
    for premium in [PREMIUM, 0.0] {
        let found = Friends::of(&text(premium));
        let (gap, error) = (
            found.gap.mean() / 1e4,
            (found.gap.variance() / found.gap.count as f64).sqrt() / 1e4,
        );
        println!(
            "premium {premium}: {} friends worth {base:.1} and {gap:.2} ± {error:.2} more ({:.1} %), a reward of 25 \
             returns {:+.2}; sales by year of life against without: {:.3?}",
            found.gap.count,
            100.0 * gap / base,
            (gap - 25.0) / 25.0,
            found.ratio_by_year
        );
        assert_mean("value", &found.with, 1e4 * expected(0.82, premium));
        assert_mean("gap", &found.gap, 1e4 * (expected(0.82, premium) - base));
        let share = gap / base;
        assert_eq!(share > 0.16 - 4.0 * error / base, premium > 0.0, "{share}");
        assert_eq!(gap > 25.0, premium > 0.0, "{gap}");
        // Years of life: the premium fades, the retention gap grows.
        let years = &found.ratio_by_year;
        if premium == 0.0 {
            assert!(years.windows(2).take(3).all(|y| y[1] > y[0]), "{years:?}");
        } else {
            let staying = |year: f64| still_there(0.82, year) / still_there(1.0, year);
            let premium_of = |year: usize| years[year] / staying(year as f64 + 0.5);
            assert!(premium_of(0) > 1.1 && premium_of(3) < 1.06, "{years:?}");
        }
    }
}
