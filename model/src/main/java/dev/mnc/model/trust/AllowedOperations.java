package dev.mnc.model.trust;

import java.util.Set;
import java.util.TreeSet;

/**
 * The list of operations that a model may use. A SavedModel is a program: TensorFlow has operations that read and write
 * files, call other machines or run Python. So a model's operations are compared with a list of harmless ones, and
 * whatever is not on it is refused, known or not.
 *
 * <p>The list holds the operations of exported cascades and of similar graphs of other projects: arithmetic,
 * convolutions, boxes, decoding of images held in memory, reading of variables, control flow. Random numbers are not:
 * the same image must be labelled the same twice.
 */
final class AllowedOperations {

    private static final String STRUCTURE = """
            Const Identity IdentityN NoOp Placeholder PlaceholderWithDefault StopGradient PreventGradient EnsureShape
            Assert CheckNumerics VariableV2 VarHandleOp ReadVariableOp ResourceGather ResourceGatherNd
            PartitionedCall StatefulPartitionedCall If StatelessIf Case StatelessCase While StatelessWhile
            Switch Merge Enter Exit NextIteration LoopCond
            TensorArrayV3 TensorArrayReadV3 TensorArrayWriteV3 TensorArrayGatherV3 TensorArrayScatterV3
            TensorArraySizeV3 TensorArrayConcatV3 TensorArraySplitV3 EmptyTensorList TensorListReserve
            TensorListFromTensor TensorListStack TensorListGetItem TensorListSetItem TensorListLength
            TensorListPushBack TensorListPopBack TensorListElementShape
            """;

    private static final String SHAPES = """
            Shape ShapeN Size Rank Reshape ExpandDims Squeeze Fill ZerosLike OnesLike Range LinSpace Pack Unpack Concat
            ConcatV2 Split SplitV Slice StridedSlice Tile Transpose Pad PadV2 MirrorPad Reverse ReverseV2 Gather GatherV2
            GatherNd ScatterNd TensorScatterUpdate TensorScatterAdd DynamicPartition DynamicStitch
            ParallelDynamicStitch Where Select SelectV2 OneHot BroadcastTo BroadcastArgs InvertPermutation SpaceToDepth
            DepthToSpace SpaceToBatchND BatchToSpaceND MatrixDiagV3 MatrixBandPart Unique UniqueV2 Bitcast Cast
            """;

    private static final String ARITHMETIC = """
            Add AddV2 AddN Sub Mul Div DivNoNan RealDiv FloorDiv TruncateDiv FloorMod Mod Neg Abs Sign Square
            SquaredDifference Sqrt Rsqrt Reciprocal Inv Pow Exp Expm1 Log Log1p Sin Cos Tan Asin Acos Atan Atan2 Sinh Cosh
            Tanh Erf Floor Ceil Round Rint Maximum Minimum ClipByValue Equal NotEqual Less LessEqual Greater
            GreaterEqual LogicalAnd LogicalOr LogicalNot IsFinite IsNan IsInf Sum Mean Prod Max Min All Any ArgMax
            ArgMin Cumsum Cumprod TopK TopKV2 MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3 Einsum L2Loss SegmentSum
            SegmentMax SegmentMean UnsortedSegmentSum UnsortedSegmentMax UnsortedSegmentMin Bincount
            """;

    private static final String NETWORK = """
            Conv2D Conv2DBackpropInput DepthwiseConv2dNative BiasAdd BiasAddV1 MaxPool MaxPoolV2 AvgPool LRN Relu Relu6
            LeakyRelu Elu Selu Sigmoid Softplus Softsign Softmax LogSoftmax FusedBatchNorm FusedBatchNormV2
            FusedBatchNormV3 FakeQuantWithMinMaxVars FakeQuantWithMinMaxArgs
            """;

    private static final String IMAGES = """
            DecodeImage DecodeJpeg DecodeAndCropJpeg DecodePng DecodeGif DecodeBmp ExtractJpegShape ResizeBilinear
            ResizeNearestNeighbor ResizeBicubic ResizeArea ScaleAndTranslate CropAndResize NonMaxSuppression
            NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5
            NonMaxSuppressionWithOverlaps CombinedNonMaxSuppression RGBToHSV HSVToRGB AdjustContrastv2 AdjustSaturation
            AdjustHue ExtractImagePatches
            """;

    /** The operations that a signature may run. */
    static final Set<String> INFERENCE = words(STRUCTURE + SHAPES + ARITHMETIC + NETWORK + IMAGES);

    /** The operations that the saver's restore operation may run, which TensorFlow starts when it loads a model. */
    static final Set<String> RESTORE =
            words(String.join(" ", INFERENCE) + " RestoreV2 ShardedFilename Assign AssignVariableOp");

    private AllowedOperations() {}

    private static Set<String> words(String text) {
        return Set.copyOf(new TreeSet<>(Set.of(text.strip().split("\\s+", -1))));
    }
}
