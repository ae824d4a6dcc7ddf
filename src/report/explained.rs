//! Why a liability moved, for people and for spreadsheets.

use super::finding::clean;
use super::number::ENGLISH;
use crate::results::valuation::Explained;

/// Every movement as a bridge of lines.
pub fn text(explained: &Explained) -> String {
    let mut text = format!(
        "{} to {}: {} vintages in both, {} new, {} no longer reported\n",
        clean(&explained.old),
        clean(&explained.new),
        explained.vintages_in_both,
        explained.vintages_only_new,
        explained.vintages_only_old
    );
    for movement in &explained.movements {
        text.push_str(&format!("\n{}\n", clean(&movement.basis)));
        let mut line = |name: &str, amount: f64| {
            let amount = ENGLISH.compact(amount);
            text.push_str(&format!("  {name:<28}{amount:>16}\n"));
        };
        line("opening", movement.opening);
        for cause in movement.causes.iter().filter(|cause| cause.amount != 0.0) {
            line(&cause.code.replace('_', " "), cause.amount);
        }
        line("closing", movement.closing);
    }
    text
}

/// The movements as CSV.
pub fn files(explained: &Explained) -> Vec<(String, Vec<u8>)> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(["basis", "item", "amount (money)"]);
    for movement in &explained.movements {
        let opening = ("opening", movement.opening);
        let closing = ("closing", movement.closing);
        let causes = movement.causes.iter();
        let causes = causes.map(|cause| (cause.code.as_str(), cause.amount));
        for (item, amount) in std::iter::once(opening).chain(causes).chain([closing]) {
            let _ = writer.write_record([&movement.basis, item, &amount.to_string()]);
        }
    }
    vec![(
        "comparison.csv".to_owned(),
        writer.into_inner().unwrap_or_default(),
    )]
}
