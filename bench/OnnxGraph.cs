using System.Runtime.InteropServices;
using Google.Protobuf;
using static Google.Protobuf.WireFormat;

namespace Vigil.Bench;

/// <summary>
/// An ONNX graph, written node by node: of the format (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) the few messages that a step of the
/// encoder needs.
/// </summary>
sealed class OnnxGraph
{
    const int Float = 1, Int64 = 7, IntAttribute = 2, IntsAttribute = 7;
    const int IrVersion = 8, Opset = 17;

    readonly List<(int Field, byte[] Message)> _fields = [];
    int _names;

    /// <summary>What is given at each run.</summary>
    internal string Input(string name, params ReadOnlySpan<long> shape)
    {
        _fields.Add((11, ValueInfo(name, shape)));
        return name;
    }

    /// <summary>What a run gives back, under a name of its own.</summary>
    internal void Output(string value, string name, params ReadOnlySpan<long> shape)
    {
        _fields.Add((1, NodeOf("Identity", [value], [name])));
        _fields.Add((12, ValueInfo(name, shape)));
    }

    /// <summary>A constant tensor.</summary>
    internal string Constant(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => Constant(Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant list of whole numbers.</summary>
    internal string Constant(params ReadOnlySpan<long> values) => Constant(Int64, MemoryMarshal.AsBytes(values), [values.Length]);

    /// <summary>A matrix whose rows are outputs, as our weights lie, for the right side of a MatMul: (columns, rows).</summary>
    internal string Transposed(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        float[] turned = new float[matrix.Length];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) turned[(column * rows) + row] = matrix[(row * columns) + column];
        return Constant(turned, columns, rows);
    }

    /// <summary>A node with one output, which it returns.</summary>
    internal string Node(string type, params ReadOnlySpan<string> inputs) => Node(type, inputs, []);

    /// <summary>A node of one output with attributes that are whole numbers.</summary>
    internal string Node(string type, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, long Value)> attributes)
    {
        string output = $"{type}{_names++}";
        _fields.Add((1, NodeOf(type, inputs, [output], attributes)));
        return output;
    }

    /// <summary>Cuts a tensor along an axis.</summary>
    internal string[] Split(string value, long axis, params ReadOnlySpan<long> sizes)
    {
        string[] outputs = new string[sizes.Length];
        for (int i = 0; i < outputs.Length; i++) outputs[i] = $"Split{_names++}";
        _fields.Add((1, NodeOf("Split", [value, Constant(sizes)], outputs, [("axis", axis)])));
        return outputs;
    }

    /// <summary>x / sqrt(mean(x²) + ε) · weight over the last axis.</summary>
    internal string RmsNorm(string x, ReadOnlySpan<float> weight, float epsilon)
    {
        string mean = Node("ReduceMean", [Node("Mul", x, x)]);
        string root = Node("Sqrt", Node("Add", mean, Constant([epsilon], 1)));
        return Node("Mul", Node("Div", x, root), Constant(weight, weight.Length));
    }

    /// <summary>x · sigmoid(x).</summary>
    internal string Silu(string x) => Node("Mul", x, Node("Sigmoid", x));

    /// <summary>The model's bytes.</summary>
    internal byte[] ToBytes() => Message(model =>
    {
        Integer(model, 1, IrVersion);
        Bytes(model, 8, Message(opset => Integer(opset, 2, Opset)));
        Bytes(model, 7, Message(graph =>
        {
            Text(graph, 2, "step");
            foreach (var (field, message) in _fields) Bytes(graph, field, message);
        }));
    });

    string Constant(int type, ReadOnlySpan<byte> raw, ReadOnlySpan<long> shape)
    {
        string name = $"constant{_names++}";
        byte[] content = raw.ToArray();
        long[] dimensions = shape.ToArray();
        _fields.Add((5, Message(tensor =>
        {
            foreach (long dimension in dimensions) Integer(tensor, 1, dimension);
            Integer(tensor, 2, type);
            Text(tensor, 8, name);
            Bytes(tensor, 9, content);
        })));
        return name;
    }

    static byte[] NodeOf(string type, ReadOnlySpan<string> inputs, ReadOnlySpan<string> outputs, params ReadOnlySpan<(string Name, long Value)> attributes)
    {
        var (given, made, set) = (inputs.ToArray(), outputs.ToArray(), attributes.ToArray());
        return Message(node =>
        {
            foreach (string input in given) Text(node, 1, input);
            foreach (string output in made) Text(node, 2, output);
            Text(node, 4, type);
            foreach (var (name, value) in set) Bytes(node, 5, Attribute(name, value));
            if (type == "ReduceMean") Bytes(node, 5, AxesAttribute());
        });
    }

    static byte[] Attribute(string name, long value) => Message(attribute =>
    {
        Text(attribute, 1, name);
        Integer(attribute, 3, value);
        Integer(attribute, 20, IntAttribute);
    });

    /// <summary>The last axis, as a list, which is what ReduceMean takes in this opset.</summary>
    static byte[] AxesAttribute() => Message(attribute =>
    {
        Text(attribute, 1, "axes");
        Integer(attribute, 8, -1);
        Integer(attribute, 20, IntsAttribute);
    });

    static byte[] ValueInfo(string name, ReadOnlySpan<long> shape)
    {
        long[] dimensions = shape.ToArray();
        return Message(info =>
        {
            Text(info, 1, name);
            Bytes(info, 2, Message(type => Bytes(type, 1, Message(tensor =>
            {
                Integer(tensor, 1, Float);
                Bytes(tensor, 2, Message(all =>
                {
                    foreach (long dimension in dimensions) Bytes(all, 1, Message(one => Integer(one, 1, dimension)));
                }));
            }))));
        });
    }

    static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var stream = new CodedOutputStream(bytes, leaveOpen: true)) write(stream);
        return bytes.ToArray();
    }

    static void Integer(CodedOutputStream stream, int field, long value)
    {
        stream.WriteTag(field, WireType.Varint);
        stream.WriteInt64(value);
    }

    static void Text(CodedOutputStream stream, int field, string value)
    {
        stream.WriteTag(field, WireType.LengthDelimited);
        stream.WriteString(value);
    }

    static void Bytes(CodedOutputStream stream, int field, byte[] value)
    {
        stream.WriteTag(field, WireType.LengthDelimited);
        stream.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
    }
}
