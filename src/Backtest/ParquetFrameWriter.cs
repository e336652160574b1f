using System.IO.Compression;
using Microsoft.Data.Analysis;
using Parquet;
using Parquet.Schema;

namespace Vigil.Backtest;

/// <summary>Writes a frame as a Parquet row group: doubles and 32-bit integers as they are, compressed with Zstandard.</summary>
sealed class ParquetFrameWriter : FrameWriter
{
    /// <summary>The defaults compress at the highest level, sixty times as slow, and keep every buffer that was ever used.</summary>
    static readonly ParquetOptions s_options = new()
    {
        CompressionMethod = CompressionMethod.Zstd,
        CompressionLevel = CompressionLevel.Fastest,
        DictionaryEncodingSampleSize = 2_048,
        MaximumSmallPoolFreeBytes = 16 << 20,
        MaximumLargePoolFreeBytes = 64 << 20,
    };

    readonly ParquetWriter _writer;
    readonly ParquetSchema _schema;

    ParquetFrameWriter(ParquetWriter writer, ParquetSchema schema, FeatureFrame frame) : base(frame) => (_writer, _schema) = (writer, schema);

    internal static async Task<ParquetFrameWriter> CreateAsync(Stream stream, FeatureFrame frame, CancellationToken cancellationToken)
    {
        var schema = new ParquetSchema(frame.Frame.Columns.Select(FieldOf));
        return new(await ParquetWriter.CreateAsync(schema, stream, s_options, cancellationToken: cancellationToken), schema, frame);
    }

    protected override async Task AppendAsync(CancellationToken cancellationToken)
    {
        using ParquetRowGroupWriter group = _writer.CreateRowGroup();
        foreach ((DataField field, DataFrameColumn column) in _schema.DataFields.Zip(Frame.Frame.Columns))
        {
            await (column switch
            {
                DoubleDataFrameColumn doubles => group.WriteAsync(field, Values(doubles), cancellationToken: cancellationToken),
                Int32DataFrameColumn integers when !field.IsNullable => group.WriteAsync(field, Values(integers), cancellationToken: cancellationToken),
                Int32DataFrameColumn integers => group.WriteAsync<int>(field, Nullable(integers), cancellationToken: cancellationToken),
                StringDataFrameColumn texts => group.WriteAsync(field, [.. texts.Take(Frame.Rows)]),
                _ => throw new NotSupportedException($"{column.Name} is a column of {column.DataType}"),
            });
        }
    }

    public override ValueTask DisposeAsync() => _writer.DisposeAsync();

    static DataField FieldOf(DataFrameColumn column) => new(column.Name, column.DataType, isNullable: column.Name == FeatureFrame.Label);

    /// <summary>The column's own memory: a frame's column of this size is one buffer.</summary>
    ReadOnlyMemory<T> Values<T>(PrimitiveDataFrameColumn<T> column) where T : unmanaged => column.GetReadOnlyDataBuffers().Single()[..Frame.Rows];

    ReadOnlyMemory<int?> Nullable(Int32DataFrameColumn column) => column.Take(Frame.Rows).ToArray();
}
