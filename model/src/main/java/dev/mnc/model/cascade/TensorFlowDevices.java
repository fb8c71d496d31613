package dev.mnc.model.cascade;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_CloseSession;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteDeviceList;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteGraph;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteSession;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteSessionOptions;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeleteStatus;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListCount;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_DeviceListType;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_GetCode;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_Message;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewGraph;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewSession;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewSessionOptions;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_NewStatus;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_OK;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SessionListDevices;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetConfig;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.tensorflow.TensorFlow;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.ConfigProto;

/** The devices that TensorFlow finds. Its Java interface has no call for them, so this one goes to the C interface. */
public final class TensorFlowDevices {

    private TensorFlowDevices() {}

    /**
     * Returns the types of the devices of a session, such as {@code CPU} and {@code GPU}.
     *
     * @param config of the session
     * @throws IllegalStateException if there can be no such session, with TensorFlow's reason
     */
    public static List<String> types(ConfigProto config) {
        String unused = TensorFlow.version(); // Loads the native library.
        byte[] bytes = config.toByteArray();
        TF_Status status = TF_NewStatus();
        TF_SessionOptions options = TF_NewSessionOptions();
        TF_Graph graph = TF_NewGraph();
        try (BytePointer text = new BytePointer(bytes)) {
            TF_SetConfig(options, text, bytes.length, status);
            requireOk(status);
            TF_Session session = TF_NewSession(graph, options, status);
            requireOk(status);
            try {
                return types(session, status);
            } finally {
                TF_CloseSession(session, status);
                TF_DeleteSession(session, status);
            }
        } finally {
            TF_DeleteGraph(graph);
            TF_DeleteSessionOptions(options);
            TF_DeleteStatus(status);
        }
    }

    private static List<String> types(TF_Session session, TF_Status status) {
        TF_DeviceList devices = TF_SessionListDevices(session, status);
        requireOk(status);
        try {
            List<String> types = new ArrayList<>();
            for (int i = 0; i < TF_DeviceListCount(devices); i++) {
                types.add(TF_DeviceListType(devices, i, status).getString());
                requireOk(status);
            }
            return types;
        } finally {
            TF_DeleteDeviceList(devices);
        }
    }

    private static void requireOk(TF_Status status) {
        if (TF_GetCode(status) != TF_OK) {
            throw new IllegalStateException(
                    "TensorFlow lists no devices: " + TF_Message(status).getString());
        }
    }
}
