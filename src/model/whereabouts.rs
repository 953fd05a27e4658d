//! Members that send a resource elsewhere (`scope`, `subscriptionId`, `resourceGroup`) to the scope it is in.

use std::rc::Rc;

use super::heads::eval;
use super::level::Level;
use super::loops::Loops;
use super::names_ids::{ResourceScope, Target};
use super::nested::scoped_target;
use crate::eval::{Data, Failure, expression};
use crate::finding::{Problem, ProblemKind};
use crate::ir::{Expr, ResourceDeclaration, ScopeKind};

/// Where a nested deployment goes, or an existing resource of another group or subscription is.
pub(super) fn elsewhere(
    level: &Rc<Level<'_>>,
    declaration: &ResourceDeclaration,
    loops: &Loops,
) -> Result<Option<Target>, Failure> {
    let given = |expr: &Option<Expr>| match expr {
        Some(expr) => {
            let value = eval(level, expr, loops)?;
            let given = match &value.data {
                Data::String(text) => !text.is_empty(),
                Data::Unknown(_) => true,
                _ => false,
            };
            Ok(given.then_some(value))
        }
        None => Ok::<_, Failure>(None),
    };
    let (subscription, group) = (
        given(&declaration.subscription)?,
        given(&declaration.resource_group)?,
    );
    if declaration.deployment.is_some()
        && let Some(scope) = given(&declaration.scope)?
    {
        return scoped_target(&scope, level.target.clone()).map(Some);
    }
    if subscription.is_none() && group.is_none() {
        return Ok(None);
    }
    let mut target = level.target.clone();
    target.kind = match group {
        Some(_) => ScopeKind::ResourceGroup,
        None => ScopeKind::Subscription,
    };
    target.subscription = subscription.unwrap_or(target.subscription);
    target.group = group.unwrap_or(target.group);
    Ok(Some(target))
}

/// The id of an existing resource elsewhere is made of the names of its subscription and group; ids in their place are
/// refused, even where the condition is false: the id is made all the same.
pub(super) fn check_scope_names(
    level: &Level<'_>,
    declaration: &ResourceDeclaration,
    target: &Target,
) {
    let given = [
        (
            &declaration.subscription,
            &target.subscription,
            "subscription",
        ),
        (&declaration.resource_group, &target.group, "resource group"),
    ];
    for (expr, value, what) in given {
        let (Some(expr), Some(text)) = (expr, value.as_text()) else {
            continue;
        };
        if what == "subscription" && !text.contains('/') && !is_guid(text) {
            let message = format!("{} is not a subscription id (a GUID)", expression(value));
            let problem = Problem::error(ProblemKind::ResourceIdSegments, expr.span, message);
            level.run.failure("the id of a resource", problem.into());
        }
        if text.contains('/') {
            let message = format!(
                "The name of a {what} has no '/', this is {}",
                expression(value)
            );
            let problem = Problem::error(ProblemKind::ResourceIdSegments, expr.span, message);
            level.run.failure("the id of a resource", problem.into());
        }
    }
}

fn is_guid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let hex = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    hex && groups == [8, 4, 4, 4, 12]
}

pub(super) fn resource_scope(
    level: &Rc<Level<'_>>,
    expr: &Expr,
    loops: &Loops,
) -> Result<ResourceScope, Failure> {
    let value = eval(level, expr, loops)?;
    Ok(match &value.data {
        Data::String(text) if text.is_empty() => ResourceScope::Own,
        Data::String(text) if &**text == "/" => ResourceScope::Id(String::new(), None),
        Data::String(text) if text.starts_with('/') => {
            ResourceScope::Id(text.trim_end_matches('/').to_owned(), Some(value.clone()))
        }
        Data::String(text) => match level.target.prefix() {
            Some(prefix) => {
                ResourceScope::Id(format!("{prefix}/providers/{text}"), Some(value.clone()))
            }
            None => ResourceScope::Unknown(value.clone()),
        },
        Data::Null => ResourceScope::Own,
        Data::Unknown(_) => ResourceScope::Unknown(value),
        _ => {
            let message = format!("A scope must be text, this is {}", value.type_name());
            return Err(Problem::error(ProblemKind::TypeMismatch, expr.span, message).into());
        }
    })
}
