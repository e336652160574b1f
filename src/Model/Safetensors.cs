using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Vigil.Model;

/// <summary>A tensor in memory: its shape, and its values in row-major order.</summary>
sealed record Weight(IReadOnlyList<int> Shape, float[] Values);

/// <summary>
/// The safetensors file format (https://huggingface.co/docs/safetensors): 8 bytes of header length, a JSON header that names each tensor's type, shape and
/// place, and the values, little-endian. Only F32 is written and read.
/// </summary>
static class Safetensors
{
    const string MetadataName = "__metadata__";

    /// <summary>A whole file, with the caller's texts by name beside the tensors where there are any.</summary>
    internal static byte[] Write(IReadOnlyDictionary<string, Weight> weights, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = weights.OrderBy(weight => weight.Key, StringComparer.Ordinal).ToList();
        var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header)) WriteHeader(json, ordered, metadata);
        int padding = -(int)header.Length & 7; // spaces, so that the values are aligned
        int start = 8 + (int)header.Length + padding;
        byte[] file = new byte[start + ordered.Sum(weight => weight.Value.Values.Length * sizeof(float))];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length + padding);
        header.ToArray().CopyTo(file, 8);
        file.AsSpan(start - padding, padding).Fill((byte)' ');
        foreach (var (_, weight) in ordered)
        {
            foreach (float value in weight.Values)
            {
                BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(start), value);
                start += sizeof(float);
            }
        }
        return file;
    }

    static void WriteHeader(Utf8JsonWriter json, List<KeyValuePair<string, Weight>> weights, IReadOnlyDictionary<string, string>? metadata)
    {
        int offset = 0;
        json.WriteStartObject();
        if (metadata is not null)
        {
            json.WriteStartObject(MetadataName);
            foreach (var (name, text) in metadata) json.WriteString(name, text);
            json.WriteEndObject();
        }
        foreach (var (name, weight) in weights)
        {
            json.WriteStartObject(name);
            json.WriteString("dtype", "F32");
            json.WriteStartArray("shape");
            foreach (int size in weight.Shape) json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(offset);
            offset += weight.Values.Length * sizeof(float);
            json.WriteNumberValue(offset);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InvalidDataException">It is cut, or not such a file; the message begins with the path.</exception>
    internal static Dictionary<string, Weight> Read(ReadOnlySpan<byte> file, string path) => Read(file, path, out _);

    /// <summary>Reads a whole file and the texts beside its tensors.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, string)"/>
    internal static Dictionary<string, Weight> Read(ReadOnlySpan<byte> file, string path, out Dictionary<string, string> metadata)
    {
        metadata = new(StringComparer.Ordinal);
        if (file.Length < 8) throw new InvalidDataException($"{path}: found {file.Length} bytes, expected at least 8: the file is cut");
        long length = BinaryPrimitives.ReadInt64LittleEndian(file);
        if (length < 0 || length > file.Length - 8)
            throw new InvalidDataException($"{path}: found {file.Length} bytes, expected a header of {length} bytes: the file is cut or no safetensors file");
        var values = file[(8 + (int)length)..];
        var weights = new Dictionary<string, Weight>(StringComparer.Ordinal);
        try
        {
            using var header = JsonDocument.Parse(file.Slice(8, (int)length).ToArray());
            foreach (var entry in header.RootElement.EnumerateObject())
            {
                if (entry.Name != MetadataName) weights.Add(entry.Name, ReadWeight(entry, values, path));
                else foreach (var text in entry.Value.EnumerateObject()) metadata.Add(text.Name, text.Value.GetString()!);
            }
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: the header is no safetensors header: {error.Message}", error);
        }
        return weights;
    }

    static Weight ReadWeight(JsonProperty entry, ReadOnlySpan<byte> values, string path)
    {
        string? type = entry.Value.GetProperty("dtype").GetString();
        if (type != "F32") throw new InvalidDataException($"{path}: tensor {entry.Name}: found type {type}, expected F32");
        int[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        long from = entry.Value.GetProperty("data_offsets")[0].GetInt64(), to = entry.Value.GetProperty("data_offsets")[1].GetInt64();
        long expected = shape.Aggregate(1L, (product, size) => product * size) * sizeof(float);
        if (from < 0 || to - from != expected)
            throw new InvalidDataException($"{path}: tensor {entry.Name}: found {to - from} bytes, expected {expected}");
        if (to > values.Length)
            throw new InvalidDataException($"{path}: tensor {entry.Name}: found {values.Length} bytes of values, expected {to}: the file is cut");
        float[] numbers = new float[expected / sizeof(float)];
        values[(int)from..(int)to].CopyTo(MemoryMarshal.AsBytes(numbers.AsSpan()));
        if (!BitConverter.IsLittleEndian) ReverseEach(numbers);
        return new(shape, numbers);
    }

    static void ReverseEach(Span<float> numbers)
    {
        var words = MemoryMarshal.Cast<float, uint>(numbers);
        BinaryPrimitives.ReverseEndianness(words, words);
    }
}
