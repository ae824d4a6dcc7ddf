//! The basis of preparation: what an auditor asks first, written from what was computed and from nothing else.

use super::csv::neutralize;
use super::division;
use super::finding::sentence;
use super::methods::{WITHOUT_ERROR, method_name};
use super::number::ENGLISH;
use super::valuation::opening_book;
use crate::results::valuation::Valuation;

/// Said of an owner or an approval that the user does not give.
const NOT_GIVEN: &str = "not given";

/// The page, in Markdown.
pub fn text(valuation: &Valuation) -> String {
    let mut page = format!(
        "# Basis of preparation: {}\n\nWritten by Fidelio {} from the valuation beside it. Expected amounts, no risk \
         margin. Not accounting advice.\n",
        plain(&valuation.subject),
        env!("CARGO_PKG_VERSION")
    );
    for section in [
        scope(valuation),
        bases(valuation),
        estimation(valuation),
        division::basis(valuation, plain),
        assumptions(valuation),
        tables(valuation),
        controls(valuation),
        limits(valuation),
    ] {
        if !section.is_empty() {
            page.push('\n');
            page.push_str(&section);
        }
    }
    page
}

/// Text of a user in a line of Markdown.
fn plain(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
    neutralize(&text).replace(['|', '`', '<', '>', '*', '['], " ")
}

fn scope(valuation: &Valuation) -> String {
    let source = match valuation.source.as_str() {
        "ledger" => "a ledger of points, row by row; members appear in no output",
        "simulation" => {
            "a simulated program: points issued within the horizon of the scenario, at market scale"
        }
        _ => "a triangle of redemptions by vintage and age",
    };
    let origins = &valuation.origins;
    let span = match (origins.first(), origins.last()) {
        (Some(first), Some(last)) => format!(", {} to {}", plain(&first.name), plain(&last.name)),
        _ => String::new(),
    };
    let issued: Option<f64> = origins.iter().map(|origin| origin.issued).sum();
    let redeemed: f64 = origins
        .iter()
        .filter_map(|o| o.redeemed.iter().rev().find_map(|cell| *cell))
        .sum();
    let issued = issued.map_or("not stated".to_owned(), |points| ENGLISH.compact(points));
    format!(
        "## What was valued\n\n- Source: {source}.\n- Vintages: {}{span}; {} periods of development a year.\n- Points \
         issued: {issued}; redeemed so far: {}.\n- The unit of account is the vintage; amounts are summed over vintages.\n",
        origins.len(),
        valuation.periods_per_year,
        ENGLISH.compact(redeemed)
    )
}

fn bases(valuation: &Valuation) -> String {
    let booked = valuation
        .methods
        .iter()
        .find(|method| method.code == valuation.booked);
    let deferred = booked.and_then(|method| method.deferred_revenue);
    let cost = booked.and_then(|method| method.cost_provision);
    let mut text = "## Bases of measurement\n\nTwo bases, never added:\n\n".to_owned();
    text.push_str(&match deferred {
        Some(amount) => format!(
            "- Deferred revenue (IFRS 15, ASC 606): {}. The price allocated at issue is locked; revenue to date is that \
             price times redeemed over expected redemptions, a change of estimate is a cumulative catch-up (IFRS 15 \
             Example 52). Not discounted: the time of use is the member's choice.\n",
            ENGLISH.compact(amount)
        ),
        None => "- Deferred revenue: not computed, no price per point is known.\n".to_owned(),
    });
    text.push_str(&match cost {
        Some(amount) => format!(
            "- Cost provision: {}, expected future redemptions times the cost per point. Not discounted.\n",
            ENGLISH.compact(amount)
        ),
        None => "- Cost provision: not computed, no cost per point is known.\n".to_owned(),
    });
    if valuation.opening.is_some() {
        text.push_str(&opening_book(valuation));
        text.push_str(
            "\nAmounts above the opening book are of points issued since the start. The book is valued on the base outstanding, \
             by age; it was taken over at the price per point still to be redeemed that its assumptions imply, and that \
             amount is locked (tables O and P).\n",
        );
    }
    text
}

fn estimation(valuation: &Valuation) -> String {
    let mut text = format!(
        "## Estimate of redemptions\n\nBooked: {}. Rates are shares of points *issued* unless said otherwise. What was booked \
         at a past date uses the data up to it. Standard errors under the {} rule for the last variance where a rule is \
         needed.\n\n| method | redeemed in the end, of issued | future points | |\n|---|---:|---:|---|\n",
        method_name(&valuation.booked).to_lowercase(),
        valuation.sigma_rule
    );
    for method in &valuation.methods {
        let rate = method.rate_of_issued;
        let rate = rate.map_or(String::new(), |rate| ENGLISH.percent(rate));
        let future = method.future;
        let future = future.map_or(String::new(), |points| ENGLISH.compact(points));
        let remark = match (
            &method.refused,
            method.naive,
            method.code == valuation.booked,
        ) {
            (Some(reason), ..) => format!("no number: {}", plain(reason)),
            (_, true, _) => "naive, not an estimate of the end".to_owned(),
            (_, _, true) => "booked".to_owned(),
            _ => String::new(),
        };
        let name = method_name(&method.code);
        text.push_str(&format!("| {name} | {rate} | {future} | {remark} |\n"));
    }
    text.push('\n');
    text.push_str(WITHOUT_ERROR);
    text
}

fn assumptions(valuation: &Valuation) -> String {
    let mut text =
        "## Assumptions\n\n| assumption | value | unit and base | source | owner | approved |\n\
                    |---|---|---|---|---|---|\n"
            .to_owned();
    for entry in &valuation.assumptions {
        let given = |part: &Option<String>| part.as_ref().map(|text| plain(text));
        let of = &entry.approval;
        let absent = || NOT_GIVEN.to_owned();
        let approved = match (given(&of.approved_by), given(&of.approved_on)) {
            (Some(by), Some(on)) => format!("{by}, {on}"),
            (Some(by), None) => by,
            _ => absent(),
        };
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} | {approved} |\n",
            plain(&entry.id),
            plain(&entry.value),
            plain(&entry.unit),
            plain(&entry.source),
            given(&of.owner).unwrap_or_else(absent)
        ));
    }
    text
}

fn tables(valuation: &Valuation) -> String {
    let mut text = "## Tables\n\n".to_owned();
    for table in &valuation.tables {
        let name = table.code.replace('_', " ");
        text.push_str(&format!(
            "- {}: {name}, {} rows\n",
            table.letter,
            table.rows.len()
        ));
    }
    let missing = ["A", "B", "C", "D", "E", "F", "G", "H"];
    let missing: Vec<&str> = missing
        .into_iter()
        .filter(|letter| valuation.tables.iter().all(|table| table.letter != *letter))
        .collect();
    if !missing.is_empty() {
        text.push_str(&format!(
            "- not computed, for want of data or of an assumption: {}\n",
            missing.join(", ")
        ));
    }
    text
}

fn controls(valuation: &Valuation) -> String {
    let mut text = "## Control checks\n\n| identity | difference | |\n|---|---:|---|\n".to_owned();
    for check in &valuation.checks {
        let passed = if check.passed { "holds" } else { "FAILS" };
        let name = check.code.replace('_', " ");
        text.push_str(&format!("| {name} | {} | {passed} |\n", check.difference));
    }
    if !valuation.findings.is_empty() {
        text.push_str("\nTo know:\n\n");
    }
    for finding in &valuation.findings {
        text.push_str(&format!("- {}\n", plain_sentence(&sentence(finding))));
    }
    text
}

fn plain_sentence(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn limits(valuation: &Valuation) -> String {
    let mut text = "## Limits\n\n- For the management of the company and its auditor; the judgement of what to book is theirs.\n\
                    - Every method projects the past: a change of rules, of rewards or of members' habits is not in it.\n\
                    - Standard errors hold process and parameter of the estimator; not the choice of the model, nor changes to \
                    come.\n"
        .to_owned();
    if valuation.source == "simulation" {
        text.push_str(
            "- Ages nobody has seen yet are taken from what the scenario's assumptions imply; the column of true values is the \
             simulation's run-off, which no company knows, and enters no booked number.\n\
             - Price and cost per point are those of the rewards redeemed within the horizon.\n",
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::estimate::{Check, Finding, Method, Table};
    use crate::results::valuation::{Approval, Origin, Stated};

    #[test]
    fn the_page_says_what_was_computed_and_what_was_not() {
        let method = |code: &str, refused: Option<&str>, future: Option<f64>| Method {
            code: code.to_owned(),
            naive: code.starts_with("naive"),
            refused: refused.map(str::to_owned),
            rate_of_issued: future.map(|_| 0.8),
            rate_of_outstanding: None,
            ultimate: None,
            future,
            future_by_origin: vec![],
            errors: vec![],
            deferred_revenue: None,
            cost_provision: future.map(|points| points * 0.01),
        };
        let valuation = Valuation {
            schema_version: 1,
            subject: "=book|of\u{1b} Ann".to_owned(),
            source: "ledger".to_owned(),
            periods_per_year: 12.0,
            booked: "additive".to_owned(),
            sigma_rule: "mack".to_owned(),
            assumptions: vec![Stated {
                id: "cost_per_point".to_owned(),
                value: "0.01".to_owned(),
                unit: "money per redeemed point".to_owned(),
                source: "stated".to_owned(),
                approval: Approval::default(),
            }],
            origins: vec![Origin {
                name: "2026-01".to_owned(),
                issued: Some(1000.0),
                redeemed: vec![Some(100.0), Some(300.0), None],
                outstanding: Some(700.0),
                expected: vec![],
            }],
            opening: None,
            methods: vec![
                method("additive", None, Some(500.0)),
                method("chain_ladder", Some("one age only"), None),
                method("naive_redeemed_to_date", None, None),
            ],
            tables: vec![Table {
                letter: "A".to_owned(),
                code: "points_roll_forward".to_owned(),
                columns: vec![],
                rows: vec![vec![]],
            }],
            checks: vec![Check {
                code: "points_roll_forward".to_owned(),
                difference: 3.0,
                passed: false,
            }],
            findings: vec![Finding {
                code: "rows_malformed".to_owned(),
                numbers: vec![2.0],
            }],
            division: None,
        };
        insta::assert_snapshot!(text(&valuation).replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    }
}
