//! Values that hang on nothing but scope values that were not given, which are the same wherever they stand in one plan.

use super::value::{Data, Residual, Value};

/// How much of an expression is looked at: shared parts could blow up.
const MOST_PARTS: usize = 10_000;

/// Whether everything that is open in a value is a scope value: `subscription()`, `resourceGroup()`, `deployment()` .. Two such
/// values that print alike are equal, whatever is given later.
pub fn hangs_on_scope_only(value: &Value) -> bool {
    let mut left = MOST_PARTS;
    of_value(value, &mut left)
}

fn of_value(value: &Value, left: &mut usize) -> bool {
    match &value.data {
        Data::Unknown(unknown) => !unknown.secret && of_residual(&unknown.residual, left),
        Data::Array(array) => {
            !array.has_unknown || array.items.iter().all(|item| of_value(item, left))
        }
        Data::Object(object) => {
            let mut entries = object.entries.iter();
            !object.has_unknown
                || entries.all(|entry| !entry.unknown_key && of_value(&entry.value, left))
        }
        _ => true,
    }
}

fn of_residual(residual: &Residual, left: &mut usize) -> bool {
    let Some(rest) = left.checked_sub(1) else {
        return false;
    };
    *left = rest;
    match residual {
        Residual::Value(value) => of_value(value, left),
        Residual::Call(name, args) => {
            !is_open(name) && args.iter().all(|arg| of_residual(arg, left))
        }
        Residual::Property(base, _) => of_residual(base, left),
        Residual::Index(base, index) => of_residual(base, left) && of_residual(index, left),
    }
}

/// A call that stands for something that is not a scope value, or may give another answer each time.
fn is_open(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let open = [
        "copyindex",
        "deployer",
        "externalinputs",
        "getkeyvaultsecret",
        "newguid",
        "parameters",
        "reference",
        "references",
        "resourceinfo",
        "unknown",
        "utcnow",
        "variables",
    ];
    // A dot parts the namespace of a user-defined function from its name.
    open.contains(&name.as_str()) || name.starts_with("list") || name.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::{Origin, Reason, Unknown};

    fn value(residual: Residual) -> Value {
        Value::unknown(Unknown::new(residual, Reason::Failed), Origin::None)
    }

    fn call(name: &str, args: Vec<Residual>) -> Residual {
        Residual::Call(name.into(), args)
    }

    #[test]
    fn only_scope_values_are_the_same_everywhere() {
        let id = Residual::Property(Box::new(call("subscription", vec![])), "id".into());
        let text = Residual::Value(Value::text("x", Origin::None));
        assert!(hangs_on_scope_only(&Value::text("x", Origin::None)));
        assert!(hangs_on_scope_only(&value(call(
            "resourceId",
            vec![id.clone(), text.clone()]
        ))));
        for open in ["parameters", "reference", "listKeys", "utcNow", "a.b"] {
            let inner = call(open, vec![text.clone()]);
            let id = call("resourceId", vec![id.clone(), inner]);
            assert!(!hangs_on_scope_only(&value(id)), "{open}");
        }
    }
}
