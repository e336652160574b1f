namespace Vigil.Ingest;

/// <summary>Decodes a topic's records as configured: JSON, or Avro where there is a schema registry. Thread-safe.</summary>
public sealed class RecordDecoder : IDisposable
{
    readonly DecodeRules _rules;
    readonly RecordAvro? _avro;

    /// <summary>A decoder by the options.</summary>
    /// <exception cref="ArgumentException">The card token key is no Base64 or too short.</exception>
    public RecordDecoder(IngestOptions options)
    {
        _rules = options.ToDecodeRules();
        if (!string.IsNullOrEmpty(options.SchemaRegistryUrl)) _avro = new RecordAvro(options, options.SchemaRegistryUrl);
    }

    /// <summary>Decodes a transaction; it never throws for what the record holds.</summary>
    /// <param name="record">The record; the transaction's texts are slices of its value.</param>
    /// <param name="transaction">The transaction, where the result is true.</param>
    /// <param name="rejection">Why there is none, where the result is false.</param>
    /// <exception cref="KafkaUnreachableException">The schema registry does not answer.</exception>
    public bool TryDecode(in ConsumedRecord record, out Transaction transaction, out Rejection rejection)
    {
        transaction = default;
        if (!HasValue(record, out rejection)) return false;
        if (_avro is null) return TransactionJson.TryDecode(record.Value, record.Stamp, _rules, out transaction, out rejection);
        var fields = new RecordFields(record.Stamp + _rules.ClockSkew, _rules.Tokenizer);
        return _rules.AdmitsLength(record.Value!.Length, out rejection)
            && _avro.TryReadTransaction(record.Value, ref fields, out rejection)
            && fields.TryBuild(out transaction, out rejection);
    }

    /// <summary>Decodes a label; it never throws for what the record holds.</summary>
    /// <param name="record">The record; the label's texts are slices of its value.</param>
    /// <param name="label">The label, where the result is true.</param>
    /// <param name="rejection">Why there is none, where the result is false.</param>
    /// <exception cref="KafkaUnreachableException">The schema registry does not answer.</exception>
    public bool TryDecode(in ConsumedRecord record, out Label label, out Rejection rejection)
    {
        label = default;
        if (!HasValue(record, out rejection)) return false;
        if (_avro is null) return LabelJson.TryDecode(record.Value, record.Stamp, _rules, out label, out rejection);
        var fields = new RecordFields(record.Stamp + _rules.ClockSkew, _rules.Tokenizer);
        return _rules.AdmitsLength(record.Value!.Length, out rejection)
            && _avro.TryReadLabel(record.Value, ref fields, out rejection)
            && fields.TryBuild(out label, out rejection);
    }

    /// <summary>Closes the schema registry's client.</summary>
    public void Dispose() => _avro?.Dispose();

    static bool HasValue(in ConsumedRecord record, out Rejection rejection)
    {
        rejection = record.Value is null ? new(RejectionReason.Tombstone, "the record has no value (a tombstone)") : default;
        return record.Value is not null;
    }
}
