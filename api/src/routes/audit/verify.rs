//! `GET /api/audit/verify`

use axum::Json;
use serde::Deserialize;
use store::{AuditHead, AuditVerdict};
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult};
use crate::extract::Query;
use crate::schemas::audit::AuditProof;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Known {
    /// A head that was noted elsewhere, as `seq:hash`: the chain has to pass through it.
    head: Option<String>,
}

/// Follows the chain of the whole log: finds an entry that was changed, deleted, moved, or cut off at the end.
#[utoipa::path(get, path = "/api/audit/verify", tag = "audit", security(("bearer" = ["server:admin"])), params(Known),
    responses(
    (status = 200, description = "What was found.", body = AuditProof),
))]
pub(crate) async fn verify_audit(
    app: Scoped,
    Query(known): Query<Known>,
) -> ApiResult<Json<AuditProof>> {
    let known = known.head.as_deref().map(|text| {
        let (seq, hash) = text.split_once(':')?;
        Some(AuditHead {
            seq: seq.parse().ok()?,
            hash: hash.to_owned(),
        })
    });
    let known = match known {
        Some(None) => return Err(ApiError::bad_request("a head looks like `seq:hash`")),
        known => known.flatten(),
    };
    let proof = match app.store.verify_audit(known.as_ref()).await? {
        AuditVerdict::Sound(head) => AuditProof {
            sound: true,
            entries: head.seq,
            head: format!("{}:{}", head.seq, head.hash),
            problem: None,
        },
        AuditVerdict::Broken { seq, why } => AuditProof {
            sound: false,
            entries: seq.saturating_sub(1),
            head: String::new(),
            problem: Some(format!("entry {seq}: {why}")),
        },
    };
    Ok(Json(proof))
}
