//! Statistics of measurements.

/// The median, which is robust against outliers.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    #[test]
    fn outliers_do_not_count() {
        assert_eq!(super::median(&[3.0, 1000.0, 1.0]), 3.0);
        assert!(super::median(&[]).is_nan());
    }
}
