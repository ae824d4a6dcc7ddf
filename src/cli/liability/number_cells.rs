//! Numbers as they stand in data files.

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NumberCell {
    /// Nothing, or a sign for it.
    Empty,
    Number(f64),
    /// Text that is no number.
    Wrong,
}

/// Reads a cell: a finite number with a point as decimal mark, or nothing (``, `-`, `NA`, `NaN`, `null`).
pub fn read(text: &str) -> NumberCell {
    let text = text.trim();
    if ["", "-", "na", "n/a", "nan", "null"].contains(&text.to_lowercase().as_str()) {
        return NumberCell::Empty;
    }
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    match plain.parse::<f64>() {
        Ok(value) if value.is_finite() => NumberCell::Number(value),
        _ => NumberCell::Wrong,
    }
}

/// At most 40 characters of a text for a message, without control characters.
pub fn shown(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    if text.chars().count() > 40 {
        clean + "…"
    } else {
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_numbers_or_empty_or_wrong() {
        for text in ["", " ", "-", "NA", "nan", "n/a"] {
            assert_eq!(read(text), NumberCell::Empty, "{text}");
        }
        assert_eq!(read(" 1_000.5 "), NumberCell::Number(1000.5));
        assert_eq!(read("-3e2"), NumberCell::Number(-300.0));
        for text in ["1,000", "inf", "1e400", "ten", "0x10"] {
            assert_eq!(read(text), NumberCell::Wrong, "{text}");
        }
    }
}
