//! What companies filed and what is known of the published triangles.

use crate::liability::estimate::chain_ladder::{ChainLadder, Tail};
use crate::liability::estimate::mack::standard_errors;
use crate::liability::estimate::sigma::SigmaRule;
use crate::liability::estimate::tests::published::{RAA, TAYLOR_ASHE};
use crate::liability::statement::deferred::DeferredRow;
use crate::liability::statement::distribution::{Source, log_normal};
use crate::liability::statement::duration::duration;
use crate::liability::statement::maturity::{CurrentPolicy, Maturity};

/// USD million from filings with the SEC: (company, period, opening, deferred, recognized for travel, recognized
/// otherwise, closing).
type Filed = (&'static str, &'static str, [i64; 5]);
const FILED: [Filed; 8] = [
    (
        "Southwest",
        "FY2018, 10-K 2019 R52",
        [2_667, 2_717, -2_307, -66, 3_011],
    ),
    (
        "Southwest",
        "FY2019, 10-K 2019 R52",
        [3_011, 2_941, -2_487, -80, 3_385],
    ),
    (
        "Southwest",
        "FY2021, R51",
        [4_447, 2_523, -2_136, -45, 4_789],
    ),
    (
        "Southwest",
        "H1 2020, 10-Q Q2 2021 R44",
        [3_385, 1_041, -542, -28, 3_856],
    ),
    (
        "Alaska",
        "H1 2022, 10-Q Q2 2023 R19",
        [2_358, 518, -409, -26, 2_441],
    ),
    (
        "Alaska",
        "H1 2023, 10-Q Q2 2023 R19",
        [2_497, 602, -470, -52, 2_577],
    ),
    (
        "Delta",
        "Q1 2021, 10-Q Q1 2022 R30",
        [7_182, 354, -241, -10, 7_285],
    ),
    (
        "American",
        "H1 2018, 10-Q Q2 2018 R42",
        [8_822, 1_586, -1_733, 0, 8_675],
    ),
];

#[test]
fn public_roll_forwards_tie_and_map_onto_the_table() {
    for (company, period, [opening, deferred, travel, other, closing]) in FILED {
        // A filing does not divide its revenue into redemption and breakage: it stands in the first column.
        let row = DeferredRow {
            opening,
            deferred,
            redemption: travel + other,
            closing,
            ..DeferredRow::default()
        };
        assert_eq!(row.check(), 0, "{company} {period}");
        let uses = [-travel as f64, -other as f64];
        let layout = row.published(uses).unwrap();
        assert_eq!(
            (layout.recognized, layout.check()),
            ([travel, other], 0),
            "{company} {period}"
        );
        let one_line = row.published([1.0]).unwrap();
        assert_eq!(
            (one_line.recognized, one_line.check()),
            ([travel + other], 0)
        );
    }
}

#[test]
fn a_misprint_of_one_unit_is_found() {
    let [opening, deferred, travel, other, closing] = FILED[0].2;
    let row = DeferredRow {
        opening,
        deferred,
        redemption: travel + other,
        closing: closing + 1,
        ..DeferredRow::default()
    };
    assert_eq!(row.check(), -1);
}

/// (level, value).
type Levels = &'static [(f64, f64)];

#[test]
fn log_normal_percentiles_of_the_published_triangles() {
    let cases: [(_, Levels, Levels); 2] = [
        (
            TAYLOR_ASHE,
            &[
                (0.5, 18_522_611.0),
                (0.75, 20_226_048.0),
                (0.9, 21_892_743.0),
                (0.95, 22_955_180.0),
                (0.99, 25_089_172.0),
                (0.995, 25_919_050.0),
            ],
            &[
                (0.75, 21_909_127.0),
                (0.9, 23_321_696.0),
                (0.95, 24_270_253.0),
                (0.99, 26_245_103.0),
            ],
        ),
        (
            RAA,
            &[
                (0.5, 46_328.0),
                (0.75, 64_299.0),
                (0.9, 86_363.0),
                (0.95, 103_040.0),
                (0.99, 143_497.0),
                (0.995, 161_994.0),
            ],
            &[(0.95, 128_518.0)],
        ),
    ];
    for (known, values, tails) in cases {
        let triangle = known.triangle();
        let ladder = ChainLadder::fit(&triangle, Tail::NONE).unwrap();
        let error = standard_errors(&triangle, &ladder, SigmaRule::Mack)
            .unwrap()
            .all
            .total();
        let found = log_normal(Source::Mack, ladder.projection.reserve(), error).unwrap();
        let at = |level: f64| *found.levels.iter().find(|l| l.level == level).unwrap();
        for (level, value) in values {
            assert!(
                (at(*level).value - value).abs() < 0.51,
                "{} P{level}: {}",
                known.name,
                at(*level).value
            );
        }
        for (level, value) in tails {
            assert!(
                (at(*level).tail_mean - value).abs() < 0.51,
                "{} {level}: {}",
                known.name,
                at(*level).tail_mean
            );
        }
    }
}

#[test]
fn duration_and_maturity_of_taylor_and_ashe() {
    let ladder = ChainLadder::fit(&TAYLOR_ASHE.triangle(), Tail::NONE).unwrap();
    let flows = ladder.projection.by_period();
    let published = [
        (0.03, 17_381_601.89, 2.385_136, 2.315_666),
        (0.05, 16_613_141.50, 2.317_821, 2.207_448),
    ];
    for (rate, value, macaulay, modified) in published {
        let found = duration(&flows, 1.0, rate).unwrap().unwrap();
        assert!(
            (found.mean_time - 2.493_356).abs() < 0.51e-6,
            "{}",
            found.mean_time
        );
        assert!(
            (found.present_value - value).abs() < 0.006,
            "{}",
            found.present_value
        );
        assert!(
            (found.macaulay - macaulay).abs() < 0.51e-6,
            "{}",
            found.macaulay
        );
        assert!(
            (found.modified - modified).abs() < 0.51e-6,
            "{}",
            found.modified
        );
    }
    let maturity = Maturity::new(&flows, 1.0, 0.0, CurrentPolicy::ExpectedRedemption).unwrap();
    let all = ladder.projection.reserve();
    assert!((maturity.current / all - 0.279_78).abs() < 0.51e-5);
    assert!((maturity.buckets[3] - (flows[3] + flows[4])).abs() < 1e-6);
    assert!((maturity.buckets.iter().sum::<f64>() / all - 1.0).abs() < 1e-12);
    // The same flows in quarters of a year fall into the same years.
    let quarters: Vec<f64> = flows.iter().flat_map(|flow| [flow / 4.0; 4]).collect();
    let finer = Maturity::new(&quarters, 4.0, 0.0, CurrentPolicy::ExpectedRedemption).unwrap();
    for (a, b) in finer.buckets.iter().zip(maturity.buckets) {
        assert!((a - b).abs() < 1e-6);
    }
    let whole = Maturity::new(&flows, 1.0, 5.0, CurrentPolicy::OperatingCycle).unwrap();
    assert_eq!(whole.non_current, 0.0);
}
