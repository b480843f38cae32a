//! Applications and the models that they are generated from.

crate::dialect::step!(
    "m0005_applications",
    "
    CREATE TABLE applications (
        id {uuid} NOT NULL PRIMARY KEY,
        name text NOT NULL,
        label text NOT NULL,
        description text NOT NULL,
        configuration text NOT NULL,
        relationships text NOT NULL,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL
    ) {table};
    CREATE UNIQUE INDEX applications_name ON applications (name);

    CREATE TABLE models (
        id {uuid} NOT NULL PRIMARY KEY,
        application_id {uuid} REFERENCES applications (id) ON DELETE CASCADE,
        name text NOT NULL,
        label text NOT NULL,
        document text NOT NULL,
        created_at {time} NOT NULL,
        updated_at {time} NOT NULL
    ) {table};
    CREATE UNIQUE INDEX models_name_in_application ON models (application_id, name)
        WHERE application_id IS NOT NULL;
    CREATE UNIQUE INDEX models_name_alone ON models (name) WHERE application_id IS NULL;
    ",
    "
    DROP TABLE models;
    DROP TABLE applications;
    "
);
